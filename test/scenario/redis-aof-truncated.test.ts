/**
 * The machine crashes: Redis and worker are gone at once, and of Redis' append-only file the end was never written. What
 * Redis finds when it starts again is the past, cut off in the middle of a command.
 */
import { expect, it } from 'vitest'

import { sampleCallbacks } from '../support/callbacks.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const early = sampleCallbacks(20, 'early')
const middle = sampleCallbacks(100, 'middle')
const late = sampleCallbacks(100, 'late')
const idsOf = (callbacks: readonly { id: string }[]) => callbacks.map(({ id }) => id)

it('loses nothing that was written before the tail of the append-only file broke off, and takes the rest again', async () => {
  const redis = await startPrivateRedis()
  const bundle = await setup({ redisUrl: redis.url })
  const { sandbox, producer } = bundle
  const worker = await startWorkerProcess(bundle)
  for await (const answer of producer.enqueueMany(early)) expect(answer.kind).toBe('accepted')
  await resultsOfAll(bundle, idsOf(early))
  sandbox.setFaults([{ do: 'slow', delayMs: 50 }])
  for await (const answer of producer.enqueueMany(middle)) expect(answer.kind).toBe('accepted')
  await sandbox.until(() => sandbox.bookings().length >= early.length + 30)
  const safe = await redis.written()
  for await (const answer of producer.enqueueMany(late)) expect(answer.kind).toBe('accepted')

  await Promise.all([redis.kill(), worker.kill()])
  await redis.cutTail(safe)
  await redis.restart()
  sandbox.setFaults([])
  await expect.poll(() => producer.status('early-1').catch(() => undefined)).toBeDefined()
  const found = await storiesOf(bundle, idsOf([...early, ...middle, ...late]))
  const again = new Map<string, string>()
  for await (const answer of producer.enqueueMany([...early, ...middle, ...late])) {
    if (answer.kind !== 'refused') again.set(answer.id, answer.kind)
  }
  await startWorkerProcess(bundle)
  await resultsOfAll(bundle, idsOf([...middle, ...late]))

  expect(idsOf([...early, ...middle]).filter((id) => again.get(id) !== 'duplicate')).toEqual([])
  // Else nothing was proved: the tail held promises, and they are gone.
  expect(idsOf(late).filter((id) => again.get(id) === 'accepted').length).toBeGreaterThan(0)
  for (const { id } of early) expect(sandbox.bookingsOf(id)).toHaveLength(1)
  const ended = await storiesOf(bundle, idsOf([...middle, ...late]))
  for (const [id, story] of ended) {
    expect(story?.state, id).toBe('booked')
    const unmarked = story?.possibleDuplicate === false
    // What Redis still knew to be under way or booked is never repeated in silence.
    if (unmarked && (found.get(id)?.attempts ?? 0) > 0) {
      expect(sandbox.bookingsOf(id), id).toHaveLength(1)
    }
  }
}, 60_000)

async function storiesOf({ producer }: Bundle, ids: readonly string[]) {
  const stories = await Promise.all(ids.map((id) => producer.status(id)))
  return new Map(stories.map((story, index) => [ids[index] ?? '', story]))
}
