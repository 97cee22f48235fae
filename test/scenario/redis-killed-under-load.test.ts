/** Redis is killed, as a crash would end it, while callbacks are enqueued and sent; then it comes back with its data. */
import { expect, it } from 'vitest'

import { RingbackError } from '../../src/shared/errors/errors.ts'
import { sampleCallbacks, type SampleCallback } from '../support/callbacks.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const callbacks = sampleCallbacks(600)

it('keeps every callback that was accepted when Redis is killed under load and comes back', async () => {
  const redis = await startPrivateRedis()
  const bundle = await setup({ redisUrl: redis.url })
  const { sandbox, producer } = bundle
  sandbox.setFaults([{ do: 'slow', delayMs: 20 }])
  const worker = await startWorkerProcess(bundle, { RINGBACK_LOCK_DURATION: '5s' })
  await worker.next('worker.started')

  const killed = sandbox.until(() => sandbox.bookings().length >= 100).then(() => redis.kill())
  const load: Load = { accepted: [], failures: 0, known: 0, killed }
  const enqueueing = enqueueAll(bundle, load)
  await killed
  await worker.next('redis.lost')
  await redis.restart()
  await enqueueing
  const { accepted, failures, known } = load
  await resultsOfAll(bundle, accepted)

  const unmarkedDoubles: string[] = []
  for (const id of accepted) {
    const story = await producer.status(id)
    expect(story).toMatchObject({ id, state: 'booked' })
    const bookings = sandbox.bookingsOf(id).length
    expect(bookings, id).toBeGreaterThan(0)
    if (bookings > 1 && story?.possibleDuplicate !== true) unmarkedDoubles.push(id)
  }
  expect(unmarkedDoubles).toEqual([])
  // Whatever was not answered was submitted again, so in the end all are accepted.
  expect(accepted).toHaveLength(callbacks.length)
  // Else nothing was proved: some callers had been told that Redis was away.
  expect(failures).toBeGreaterThan(0)
  // A submission that was taken although its answer was lost is known when it is repeated.
  expect(known).toBeLessThanOrEqual(failures)
}, 60_000)

interface Load {
  /** Answered `accepted`, or `duplicate` when repeated. */
  accepted: string[]
  failures: number
  known: number
  killed: Promise<void>
}

/** As callers do: 20 at a time, and again while the answer is `redis-unavailable`. */
async function enqueueAll(bundle: Bundle, load: Load): Promise<void> {
  const left = [...callbacks]
  const caller = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await enqueueUntilAnswered(next, bundle, load)
    }
  }
  await Promise.all(Array.from({ length: 20 }, caller))
}

async function enqueueUntilAnswered(
  callback: SampleCallback,
  { sandbox, producer, store }: Bundle,
  load: Load,
): Promise<void> {
  for (;;) {
    try {
      // Not much faster than they are sent, so that the kill meets both and some are left for the time after it.
      const waiting = () => load.accepted.length - sandbox.bookings().length
      await Promise.race([sandbox.until(() => waiting() < 150), load.killed])
      const { kind } = await producer.enqueue(callback)
      if (kind === 'duplicate') load.known += 1
      load.accepted.push(callback.id)
      return
    } catch (error) {
      if (!(error instanceof RingbackError) || error.code !== 'redis-unavailable') throw error
      load.failures += 1
      // Waits until Redis is back.
      await store.redis.ping()
    }
  }
}
