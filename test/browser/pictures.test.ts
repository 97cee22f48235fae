/**
 * Makes the pictures of docs/images, where somebody asks for them:
 *
 *   npm run build && RINGBACK_PICTURES=docs/images npx vitest run test/browser/pictures.test.ts
 *   pngquant --force --ext .png --skip-if-larger docs/images/*.png
 *
 * Look at each of them before it is committed.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { historyKey } from '../../src/shared/redis/keys.ts'
import { plan, start, untilRun } from '../integration/ops/support/runs.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { letManyDie } from '../support/dead-letters.ts'
import { spawnRingback } from '../support/process.ts'
import { noBreaker } from '../support/no-breaker.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const folder = process.env['RINGBACK_PICTURES']
const executablePath = '/usr/bin/chromium'
const isAsked = folder !== undefined && existsSync(executablePath)

const looks = {
  light: { colorScheme: 'light', viewport: { width: 1_200, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1_200, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
} as const

describe.skipIf(!isAsked)('pictures of the console', { timeout: 120_000 }, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  })
  afterAll(() => browser.close())

  async function take(bundle: Bundle, state: string, path: string): Promise<void> {
    const console = spawnRingback(['console'], {
      RINGBACK_REDIS_URL: bundle.redisUrl,
      RINGBACK_NAMESPACE: bundle.store.ref.namespace,
      RINGBACK_CONSOLE_PORT: '0',
      RINGBACK_CONSOLE_LABEL: 'production',
      RINGBACK_CONSOLE_ACCESS: 'operate',
      RINGBACK_OPERATOR: 'anna',
    })
    const { url } = await console.next('console.listening')
    for (const [look, options] of Object.entries(looks)) {
      const context = await browser.newContext({ ...options, timezoneId: 'Europe/Berlin' })
      const page = await context.newPage()
      await page.goto(z.string().parse(url) + path)
      await page.screenshot({ path: join(folder ?? '', `console-${state}-${look}.png`) })
      await context.close()
    }
  }

  it('when all is well', async () => {
    const bundle = await started()
    await writeDay(bundle)
    await take(bundle, 'calm', '')
  })

  it('while Salesforce is failing', async () => {
    const bundle = await started({ RINGBACK_BREAKER_ATTEMPTS: '3' })
    await writeDay(bundle)
    bundle.sandbox.setFaults([{ do: 'break', status: 503 }])
    for (const id of named('order', 25)) await bundle.producer.enqueue(sampleCallback(id))
    await take(bundle, 'outage', '')
  })

  it('of a run that is under way', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 120, { prefix: 'order' })
    await startWorkerProcess(bundle)
    const { id } = await plan(bundle, 'redrive')
    const run = await start(bundle, 'runs', 'start', id, '--rate', '3/s')
    await untilRun(bundle, run, ({ counts }) => counts.sent > 40)
    await take(bundle, 'run', `runs/${id}?destination=default`)
  })

  it('of the story of a callback', async () => {
    const bundle = await started()
    bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 2 }])
    await bundle.producer.enqueue({
      ...sampleCallback('order-4711'),
      attributes: { campaign: 'spring' },
    })
    await resultsOfAll(bundle, ['order-4711'])
    await take(bundle, 'story', 'callbacks/order-4711?destination=default')
  })

  it('are all there', () => {
    const states = ['calm', 'outage', 'run', 'story']
    const names = states.flatMap((state) =>
      Object.keys(looks).map((look) => `console-${state}-${look}.png`),
    )
    expect(names.filter((name) => !existsSync(join(folder ?? '', name)))).toEqual([])
  })
})

function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, nth) => `${prefix}-${nth}`)
}

/** Some are booked, and some wait for the next hours. */
async function started(settings: Readonly<Record<string, string>> = {}): Promise<Bundle> {
  const bundle = await setup()
  await startWorkerProcess(bundle, { RINGBACK_RATE: '10', ...settings })
  const booked = named('booked', 5)
  for (const id of booked) await bundle.producer.enqueue(sampleCallback(id))
  for (const [nth, id] of named('later', 60).entries()) {
    await bundle.producer.enqueue({ ...sampleCallback(id), delay: `${7 + nth * 4}m` })
  }
  await resultsOfAll(bundle, booked)
  return bundle
}

/** A day of a contact center, with an outage of an hour and a half that was caught up with. */
async function writeDay({ store: { redis, ref } }: Bundle): Promise<void> {
  const minuteMs = 60_000
  const day = 1_440
  const nowMinute = Math.floor(Date.now() / minuteMs)
  const key = historyKey(ref)
  await redis.del(key)
  let due = 0
  for (let minute = 0; minute < day; minute += 1) {
    const accepted = Math.round(20 + 18 * Math.sin((Math.PI * minute) / day) ** 2)
    const isOut = minute > 900 && minute < 990
    due += accepted
    const booked = isOut ? 0 : Math.min(due, 45)
    due -= booked
    const lateMs = due === 0 ? 0 : due * 100
    const values = {
      accepted,
      booked,
      failed: isOut ? 1 : 0,
      due,
      waiting: 60,
      underWay: 0,
      lateMs,
    }
    const fields = Object.entries(values).flatMap(([name, value]) => [name, String(value)])
    await redis.xadd(key, `${(nowMinute - day + minute) * minuteMs}-0`, ...fields)
  }
}
