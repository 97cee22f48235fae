/** What the console tells of itself. */
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { createConsoleApp } from '../../../src/ops/console/app.ts'
import { createConsoleMetrics } from '../../../src/ops/console/metrics.ts'
import { createActionReader } from '../../../src/ops/operations/audit/count-actions.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { spawnRingback } from '../../support/process.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { consoleOptions, openAccess } from './support/console.ts'
import { ask } from './support/runs.ts'

const host = '127.0.0.1:9465'
const tellingPackages = `--import=${fileURLToPath(new URL('../../support/tell-packages.mjs', import.meta.url))}`

function open({ redisUrl, store }: Bundle) {
  const options = consoleOptions(redisUrl, store.ref.namespace)
  const metrics = createConsoleMetrics(createActionReader(options.store))
  const access = openAccess({ access: 'operate' })
  const app = createConsoleApp({ ...options, access, observer: metrics })
  const lines = async () => (await metrics.scrape()).text.split('\n')
  return {
    lines,
    get: (path: string) => app.request(path, { headers: { host } }),
    post: (path: string, fields: Record<string, string>) =>
      app.request(path, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { host, 'sec-fetch-site': 'same-origin' },
      }),
    listen: (signal: AbortSignal) => app.request('/events', { headers: { host }, signal }),
  }
}

function counted(action: string, outcome: string, face: string): string {
  return `ringback_operator_actions_total{action="${action}",outcome="${outcome}",face="${face}"}`
}

it('has every action, outcome and face from the start, at 0', async () => {
  const lines = await open(await setup()).lines()
  const actions = lines.filter((line) => line.startsWith('ringback_operator_actions_total{'))
  expect(actions).toHaveLength(13 * 2 * 2)
  expect(actions.filter((line) => !line.endsWith(' 0'))).toEqual([])
  expect(lines).toContain('ringback_console_requests_total{kind="action",status="4xx"} 0')
  expect(lines).toContain('ringback_console_reading_duration_seconds_count{result="failed"} 0')
  expect(lines).toContain('ringback_console_clients 0')
})

it('counts what was done since, by whichever face, and what came of it, and names no one', async () => {
  const bundle = await setup()
  await ask(bundle, 'pause', '--by', 'ada')
  const { lines, post } = open(bundle)
  await lines()
  expect((await post('/control/pause', { what: 'dispatch', reason: 'so' })).status).toBe(303)
  await ask(bundle, 'resume', '--by', 'ada')
  await post('/control/resume', { what: 'both' })
  await post('/callbacks/nobody/cancel', {})
  const told = await lines()
  expect(told).toContain(`${counted('pause', 'done', 'console')} 1`)
  expect(told).toContain(`${counted('pause', 'done', 'command line')} 0`)
  expect(told).toContain(`${counted('resume', 'done', 'command line')} 1`)
  expect(told).toContain(`${counted('resume', 'nothing', 'console')} 1`)
  expect(told).toContain(`${counted('cancel', 'nothing', 'console')} 1`)
  expect(told.join('\n')).not.toMatch(/ada|nobody/)
  expect(await lines()).toContain(`${counted('pause', 'done', 'console')} 1`)
})

it('counts requests by what they want, readings, and pages that listen', async () => {
  const bundle = await setup()
  const { lines, get, post, listen } = open(bundle)
  await get('/')
  await get('/none')
  await post('/search', { q: 'x' })
  const gone = new AbortController()
  const stream = await listen(gone.signal)
  const reader = stream.body?.getReader()
  await reader?.read()
  const told = await lines()
  expect(told).toContain('ringback_console_requests_total{kind="page",status="2xx"} 1')
  expect(told).toContain('ringback_console_requests_total{kind="page",status="4xx"} 1')
  expect(told).toContain('ringback_console_requests_total{kind="search",status="2xx"} 1')
  expect(told).toContain('ringback_console_page_duration_seconds_count 2')
  expect(told).toContain('ringback_console_reading_duration_seconds_count{result="read"} 1')
  expect(told).toContain('ringback_console_clients 1')
  await reader?.cancel()
  await expect.poll(lines).toContain('ringback_console_clients 0')
})

it('is told on a port of its own, without a login and while Redis is away', async () => {
  const redis = await startPrivateRedis()
  const bundle = await setup({ redisUrl: redis.url })
  const console = spawnRingback(['console'], {
    RINGBACK_REDIS_URL: bundle.redisUrl,
    RINGBACK_NAMESPACE: bundle.store.ref.namespace,
    RINGBACK_CONSOLE_PORT: '0',
    RINGBACK_CONSOLE_METRICS_PORT: '0',
  })
  const { url: pages } = await console.next('console.listening')
  const { url } = await console.next('metrics.listening')
  expect((await fetch(`${String(pages)}metrics`)).status).toBe(404)
  const told = await (await fetch(`${String(url)}/metrics`)).text()
  expect(told).toContain('ringback_build_info{')
  expect(told).toContain('process_resident_memory_bytes ')
  await redis.kill()
  const open = await fetch(`${String(url)}/metrics`, {
    headers: { accept: 'application/openmetrics-text' },
  })
  expect(open.headers.get('content-type')).toContain('openmetrics-text')
  expect(await open.text()).toMatch(/# TYPE ringback_operator_actions counter\n[^]*\n# EOF\n$/)
  expect((await fetch(`${String(url)}/livez`)).status).toBe(404)
  console.signal('SIGTERM')
  expect(await console.exited).toEqual({ code: 0, signal: null })
})

it.each([
  {
    asked: 'with a port for its metrics',
    settings: { RINGBACK_CONSOLE_METRICS_PORT: '0' },
    loads: true,
  },
  { asked: 'without', settings: {}, loads: false },
])('loads what counts them only where they are asked for: $asked', async ({ settings, loads }) => {
  const { redisUrl, store } = await setup()
  const console = spawnRingback(['console'], {
    ...settings,
    RINGBACK_REDIS_URL: redisUrl,
    RINGBACK_NAMESPACE: store.ref.namespace,
    RINGBACK_CONSOLE_PORT: '0',
    NODE_OPTIONS: tellingPackages,
  })
  await console.next('console.listening')
  const imported = console.lines('test.imported').map(({ name }) => name)
  expect(imported).toContain('hono')
  expect(imported.includes('prom-client')).toBe(loads)
})
