import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { chromium, type Browser, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { z } from 'zod'

import { spawnRingback } from '../support/process.ts'
import type { Bundle } from '../support/ringback.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)
/** Why there is no browser; empty where there is one. */
export const missing =
  executablePath === undefined ? ' (there is no Chromium: apt-get install chromium)' : ''
const axePath = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url))
/** Of an answer that is an error on purpose; and of a header that plain http to another machine leaves without effect. */
const expectedComplaints = [
  'Failed to load resource',
  'Cross-Origin-Opener-Policy header has been ignored',
]
export const patience = { timeout: 20_000 }

/** Under `console.test` this machine is another one. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? '',
    args: ['--no-sandbox', '--host-resolver-rules=MAP console.test 127.0.0.1'],
  })
}

export async function startConsole(
  { redisUrl, store }: Bundle,
  more: Readonly<Record<string, string>> = {},
) {
  const console = spawnRingback(['console'], {
    RINGBACK_REDIS_URL: redisUrl,
    RINGBACK_NAMESPACE: store.ref.namespace,
    RINGBACK_CONSOLE_PORT: '0',
    RINGBACK_CONSOLE_LABEL: 'test',
    ...more,
  })
  const { url } = await console.next('console.listening')
  return { console, url: z.string().parse(url) }
}

/** What the browser complains of, a breach of the content security policy among it, fails the test. */
export async function openPage(
  browser: Browser,
  url: string,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Page> {
  const context = await browser.newContext({ colorScheme, bypassCSP: false })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    const isKnown = expectedComplaints.some((words) => message.text().includes(words))
    if (message.type() === 'error' && !isKnown) {
      complaints.push(message.text())
    }
  })
  onTestFinished(async () => {
    await context.close()
    expect(complaints).toEqual([])
  })
  await page.goto(url)
  return page
}

const axeResult = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
})

/** Through the browser's own door for tools: the page's policy allows no script from elsewhere. */
export async function violationsIn(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  })
  const evaluate = async (expression: string) =>
    (
      await session.send('Runtime.evaluate', {
        expression,
        contextId: executionContextId,
        awaitPromise: true,
        returnByValue: true,
      })
    ).result.value as unknown
  await evaluate(readFileSync(axePath, 'utf8'))
  const tags = JSON.stringify([
    'wcag2a',
    'wcag2aa',
    'wcag21a',
    'wcag21aa',
    'wcag22aa',
    'best-practice',
  ])
  const found = axeResult.parse(await evaluate(`axe.run({ runOnly: ${tags} })`))
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
