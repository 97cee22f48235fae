/** Every command of a worker takes Redis 200 ms, one after the other. */
import { expect, it } from 'vitest'

import { sampleCallbacks } from '../support/callbacks.ts'
import { startRedisProxy } from '../support/redis-proxy.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const callbacks = sampleCallbacks(4)
const ids = callbacks.map(({ id }) => id)

it('books every callback once and without a mark when Redis takes 200 ms for each command', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  const proxy = await startRedisProxy(bundle.redisUrl)
  proxy.delayEachCommand(200)
  await startWorkerProcess(bundle, { RINGBACK_REDIS_URL: proxy.url, RINGBACK_LOCK_DURATION: '' })
  for (const callback of callbacks) await producer.enqueue(callback)
  await resultsOfAll(bundle, ids)

  expect(sandbox.bookings()).toHaveLength(ids.length)
  for (const id of ids) {
    expect(sandbox.bookingsOf(id)).toHaveLength(1)
    expect(await producer.status(id)).toMatchObject({
      state: 'booked',
      attempts: 1,
      possibleDuplicate: false,
    })
  }
}, 60_000)
