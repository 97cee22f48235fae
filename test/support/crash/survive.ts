import { expect } from 'vitest'

import { mapInOrder } from '../../../src/producer/map-in-order.ts'
import { messageOf } from '../../../src/shared/errors/errors.ts'
import type { CallbackStatus } from '../../../src/shared/store/ledger/callback-record.ts'
import { jobKey } from '../../../src/shared/redis/keys.ts'
import { readResults, type Result } from '../../../src/shared/store/results/results.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { startPrivateRedis } from '../private-redis.ts'
import { redisUrl } from '../redis.ts'
import { resultsUntil } from '../results.ts'
import { setup, type Bundle } from '../ringback.ts'
import { isPast, type Case } from './cases.ts'
import { crashAt } from './crash-at.ts'
import { untilQuiet } from './quiet.ts'
import type { Expectation } from './scene.ts'

/** How many processes die at once: part of the time of each is spent waiting for its lock to run out. */
const atOnce = 5
/** Far above what a case takes on a busy machine. */
const patienceMs = 300_000

/** What was wrong after which crash; empty if every callback survived all of them. */
export async function failuresOf(cases: readonly Case[]): Promise<string[]> {
  const failures: string[] = []
  for await (const failure of mapInOrder(cases, judge, atOnce)) {
    if (failure !== undefined) failures.push(failure)
  }
  return failures
}

/** How far a case has come, for the message of one that gets stuck. */
interface Progress {
  awaits: string
}

async function judge(each: Case): Promise<string | undefined> {
  const patience = new AbortController()
  const progress = { awaits: 'its beginning' }
  const outOfPatience = systemClock.sleep(patienceMs, patience.signal).then(() => {
    throw new Error(`still waiting for ${progress.awaits}`)
  })
  try {
    await Promise.race([survive(each, progress), outOfPatience])
    return undefined
  } catch (error) {
    return `${each.when} ${each.step} (${each.nth}), while ${each.scene.name}: ${messageOf(error)}`
  } finally {
    outOfPatience.catch(() => undefined)
    patience.abort()
  }
}

/** A process dies; another worker and, where one was at work, the same person then go on. */
async function survive(each: Case, progress: Progress): Promise<void> {
  const { scene, policy } = each
  const server = scene.hasOwnServer === true ? await startPrivateRedis() : { url: redisUrl() }
  const { partitions = 1 } = scene
  const destination = { onUncertain: policy, partitions }
  const bundle = await setup({ redisUrl: server.url, destination })
  const expectations = await scene.prepare(bundle)
  progress.awaits = 'its death'
  const victim = scene.start(bundle, crashAt(each))
  expect(await victim.exited).toEqual({ code: null, signal: 'SIGKILL' })
  await endLocks(bundle)
  await scene.recover?.(bundle)
  // The dead worker's lock must run out, and never its own.
  const survivor = bundle.startWorker({ lockMs: 3_000 })
  progress.awaits = 'the ends of its callbacks'
  await resultsUntil(bundle, (seen) => expectations.every((expected) => hasEnded(expected, seen)))
  // A leftover job would run again, and might book again.
  progress.awaits = 'the last job to go'
  await untilQuiet(bundle)
  await scene.check?.(bundle, policy)
  await survivor.stop()
  // It would hide a lost hand-over: whoever takes over from the dead worker has to find all of its work.
  if (scene.isForReconciler !== true) expect(bundle.recorder.of('job.recovered')).toEqual([])

  const { store } = bundle
  const results = await readResults(store, { afterEntryId: '0-0', count: 1_000 })
  for (const expected of expectations) await checkOutcome(expected, { bundle, results, each })
  if (scene.isAlone) await checkWhatIsKnown(each, bundle)
}

/** Waits while a dead worker still holds its jobs. */
async function endLocks({ store }: Bundle): Promise<void> {
  const { redis, ref } = store
  const locks = await redis.keys(jobKey(ref, '*:lock'))
  if (locks.length > 0) await redis.del(...locks)
}

function hasEnded({ id, ends }: Expectation, results: readonly Result[]): boolean {
  return results.filter((result) => result.id === id).length >= ends.length
}

interface Aftermath {
  bundle: Bundle
  results: readonly Result[]
  each: Case
}

async function checkOutcome(
  expected: Expectation,
  { bundle, results, each }: Aftermath,
): Promise<void> {
  const { id, ends, bookings } = expected
  const record = await bundle.producer.status(id)
  const told = results.filter((result) => result.id === id)
  const isDoubtful = record?.history.some(({ outcome }) => outcome === 'uncertain') ?? false
  const isMarked = each.policy === 'retry' ? isDoubtful : wasFoundNotBooked(record)
  const mayBeTwo = each.policy === 'retry' && isMarked
  // Nobody has said yet whether it was booked.
  const isHeld = each.policy === 'hold' && isDoubtful && ends.length === 1
  expect(
    told.map(({ state }) => state),
    `the ends of ${id}`,
  ).toEqual(isHeld ? ['dead'] : ends)
  expect(record?.possibleDuplicate ?? false, `the mark of ${id}`).toBe(isMarked)
  expect(told.at(-1)?.possibleDuplicate ?? false, `the mark told of ${id}`).toBe(isMarked)
  const found = bundle.sandbox.bookingsOf(id).length
  const [least, most] = [isHeld ? 0 : bookings, mayBeTwo ? 2 * bookings : bookings]
  expect(found, `bookings of ${id}`).toBeGreaterThanOrEqual(least)
  expect(found, `bookings of ${id}`).toBeLessThanOrEqual(most)
}

/** Then it is sent again, and marked: what a search does not find may exist all the same. */
function wasFoundNotBooked(record: CallbackStatus | undefined): boolean {
  return (
    record?.history.some(({ verification }) => verification?.verdict === 'verified-not-booked') ??
    false
  )
}

/** Of a callback that is alone it is known whether its attempt was open when the process died, and whether it was heard. */
async function checkWhatIsKnown(each: Case, { sandbox, producer }: Bundle): Promise<void> {
  // Between its coming onto the queue and its attempt the worker does two things at once.
  if (isPast('queue.add', 'after', each) && !isPast('begin', 'before', each)) return
  const isOpen = isPast('begin', 'after', each) && !isPast('settle', 'after', each)
  const wasHeard = isPast('salesforce.send', 'after', each)
  const { bookings, ...known } = isOpen ? afterDoubt(each, wasHeard) : withoutDoubt
  expect(await producer.status('one')).toMatchObject(known)
  expect(sandbox.bookingsOf('one')).toHaveLength(bookings)
}

type Known = Partial<Pick<CallbackStatus, 'state' | 'reason' | 'attempts' | 'verified'>> & {
  possibleDuplicate: boolean
  bookings: number
}

const withoutDoubt: Known = {
  state: 'booked',
  attempts: 1,
  possibleDuplicate: false,
  verified: false,
  bookings: 1,
}

function afterDoubt({ policy }: Case, wasHeard: boolean): Known {
  switch (policy) {
    case 'retry':
      return { ...withoutDoubt, attempts: 2, possibleDuplicate: true, bookings: wasHeard ? 2 : 1 }
    case 'hold':
      return { ...withoutDoubt, state: 'dead', reason: 'uncertain', bookings: wasHeard ? 1 : 0 }
    case 'verify':
      return wasHeard
        ? { ...withoutDoubt, verified: true }
        : { ...withoutDoubt, attempts: 2, possibleDuplicate: true }
  }
}
