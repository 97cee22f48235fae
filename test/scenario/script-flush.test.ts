/** Redis is told to forget its scripts, ours and BullMQ's, again and again while callbacks are accepted and sent. */
import { expect, it } from 'vitest'

import { sampleCallbacks } from '../support/callbacks.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const callbacks = sampleCallbacks(100)
const ids = callbacks.map(({ id }) => id)

it('books every callback once and without a mark while Redis forgets its scripts again and again', async () => {
  const redis = await startPrivateRedis()
  const bundle = await setup({ redisUrl: redis.url })
  const { sandbox, producer } = bundle
  const flushes: Promise<unknown>[] = []
  sandbox.setFaults([{ do: 'slow', delayMs: 10 }])
  await startWorkerProcess(bundle, { RINGBACK_LOCK_DURATION: '5s' })
  sandbox.on(({ kind }) => {
    if (kind === 'booking') flushes.push(bundle.store.redis.script('FLUSH'))
  })
  for await (const answer of producer.enqueueMany(callbacks)) expect(answer.kind).toBe('accepted')
  const results = await resultsOfAll(bundle, ids)
  await Promise.all(flushes)

  expect(flushes).toHaveLength(ids.length)
  expect(sandbox.bookings()).toHaveLength(ids.length)
  expect(results.filter(({ state }) => state !== 'booked')).toEqual([])
  for (const id of ids) {
    expect(sandbox.bookingsOf(id)).toHaveLength(1)
    expect(await producer.status(id)).toMatchObject({ attempts: 1, possibleDuplicate: false })
  }
}, 60_000)
