/** Redis reaches its `maxmemory` while callbacks are under way, and is given more later. */
import { expect, it } from 'vitest'

import { inboxKey } from '../../src/shared/redis/keys.ts'
import { runCommand } from '../integration/ops/support/cli.ts'
import { sampleCallback, sampleCallbacks } from '../support/callbacks.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import type { RingbackProcess } from '../support/process.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const underWay = sampleCallbacks(5, 'under-way')
const waiting = sampleCallbacks(5, 'waiting')
const idsOf = (callbacks: readonly { id: string }[]) => callbacks.map(({ id }) => id)

it('refuses acceptance in clear words while Redis is full, finishes what is under way, and books the rest afterwards', async () => {
  const { url } = await startPrivateRedis()
  const bundle = await setup({ redisUrl: url })
  const { sandbox, producer, store } = bundle
  const worker = await startWorkerProcess(bundle, {
    RINGBACK_CONCURRENCY: `${underWay.length}`,
    RINGBACK_LOG_LEVEL: 'debug',
  })
  sandbox.setFaults([{ do: 'slow', delayMs: 700, times: underWay.length }])
  for (const callback of underWay) await producer.enqueue(callback)
  await sandbox.until(() => sandbox.counts().requests === underWay.length)
  for (const callback of waiting) await producer.enqueue(callback)
  for (const id of idsOf(waiting)) await scheduled(worker, id)

  await store.redis.config('SET', 'maxmemory', '1mb')
  await expectRefusals(bundle)
  await resultsOfAll(bundle, idsOf(underWay))
  const { time } = await worker.next('processor.failed')
  await worker.next('processor.failed', (line) => Date.parse(line.time) > Date.parse(time) + 500)
  const { requests } = sandbox.counts()

  await store.redis.config('SET', 'maxmemory', '0')
  const results = await resultsOfAll(bundle, idsOf(waiting))
  expect(requests).toBe(underWay.length)
  expect(results).toHaveLength(underWay.length + waiting.length)
  for (const id of idsOf([...underWay, ...waiting])) {
    expect(sandbox.bookingsOf(id)).toHaveLength(1)
    expect(await producer.status(id)).toMatchObject({
      state: 'booked',
      attempts: 1,
      possibleDuplicate: false,
    })
  }
  expect(await producer.status('refused')).toBeUndefined()
}, 60_000)

function scheduled(worker: RingbackProcess, id: string) {
  return worker.next('callback.scheduled', (line) => line['id'] === id)
}

/** By the library, the command line, and Redis itself. */
async function expectRefusals({ redisUrl, producer, store }: Bundle): Promise<void> {
  const { redis, ref } = store
  const refused = sampleCallback('refused')
  const failure = { code: 'redis-full', message: expect.stringContaining('maxmemory') as string }
  await expect(producer.enqueue(refused)).rejects.toMatchObject(failure)
  await expect(producer.enqueueMany([refused]).next()).rejects.toMatchObject(failure)
  const env = { RINGBACK_REDIS_URL: redisUrl, RINGBACK_NAMESPACE: ref.namespace }
  const args = ['--call-id', 'refused', '--number', '+18445791189', '--id', 'refused']
  const command = await runCommand({ env }, 'enqueue', ...args)
  expect(command.status).toBe(1)
  expect(command.stderr).toMatch(/^error: Redis at .* has no room left and accepts nothing: OOM/)
  expect(command.stderr).toContain('code: redis-full')
  const entry = JSON.stringify(refused)
  await expect(redis.xadd(inboxKey(ref), '*', 'intent', entry)).rejects.toThrow(/^OOM/)
}
