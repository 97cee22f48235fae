/** Redis is away for longer than any reconnect of the worker waits. */
import { expect, it } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const outageMs = 6_000

it('is alive and not ready while Redis is away, says so once, and goes on by itself when it is back', async () => {
  const redis = await startPrivateRedis()
  const bundle = await setup({ redisUrl: redis.url })
  const { sandbox, producer } = bundle
  const worker = await startWorkerProcess(bundle, {
    RINGBACK_OPS_PORT: '0',
    RINGBACK_LOCK_DURATION: '5s',
  })
  const { url } = await worker.next('health.listening')
  const statusOf = async (path: string) => (await fetch(`${String(url)}${path}`)).status
  const readiness = () => expect.poll(() => statusOf('/readyz'), { timeout: 10_000 })
  await producer.enqueue(sampleCallback('earlier'))
  await resultsOfAll(bundle, ['earlier'])
  await readiness().toBe(200)
  await producer.enqueue({ ...sampleCallback('waiting'), delay: 'PT3S' })

  await redis.kill()
  const lost = await worker.next('redis.lost')
  await readiness().toBe(503)
  expect(await statusOf('/livez')).toBe(200)
  const goneForMs = async () => {
    expect(await statusOf('/readyz')).toBe(503)
    return systemClock.now() - Date.parse(lost.time)
  }
  await expect.poll(goneForMs, { timeout: 2 * outageMs }).toBeGreaterThan(outageMs)
  expect(worker.complaints()).toBe('')
  await redis.restart()

  expect((await worker.next('redis.back'))['awayMs']).toBeGreaterThanOrEqual(outageMs)
  await readiness().toBe(200)
  await bundle.store.redis.ping()
  await expect
    .poll(() => producer.enqueue(sampleCallback('later')).catch(() => undefined))
    .toBeDefined()
  await resultsOfAll(bundle, ['waiting', 'later'])
  expect(worker.lines('redis.lost')).toHaveLength(1)
  expect(worker.lines('redis.back')).toHaveLength(1)
  for (const id of ['earlier', 'waiting', 'later']) {
    expect(sandbox.bookingsOf(id)).toHaveLength(1)
    expect(await producer.status(id)).toMatchObject({ state: 'booked', possibleDuplicate: false })
  }
}, 60_000)
