import { createProducer, RingbackError, type EnqueueAnswer } from '../../src/producer/index.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { submitRaw } from '../../src/shared/store/inbox/submit.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { destinations, stray, type DestinationName } from './destinations.ts'
import type { Submitted } from './submitted.ts'
import { retryMs, whileConnected } from './redis-patience.ts'
import { intentOf, type Submission } from './submissions.ts'
import type { Backpressure } from './backpressure.ts'
import { namespace } from './worker-settings.ts'

export interface Producing {
  redisUrl: string
  submissions: readonly Submission[]
  submitted: Submitted
  backpressure: Backpressure
}

/**
 * Two producers for each destination, one by the library and one by raw XADD. Resolves when everything that was
 * submitted has its answer: all of it, or what the backpressure allowed.
 */
export async function produceAll({
  redisUrl,
  submissions,
  submitted,
  backpressure,
}: Producing): Promise<void> {
  const startedMs = systemClock.now()
  await Promise.all(
    destinations.flatMap((destination) => {
      const of = (way: Submission['way']) =>
        submissions.filter((each) => each.destination === destination && each.way === way)
      const load = { redisUrl, destination, startedMs, submitted, backpressure }
      return [
        produceByLibrary({ ...load, submissions: of('library') }),
        produceRaw({ ...load, submissions: of('raw') }),
      ]
    }),
  )
}

interface Load extends Producing {
  destination: DestinationName
  startedMs: number
}

/** Streams; when Redis gives no answer, from the first unanswered one on again: the same ids are accepted once. */
async function produceByLibrary(load: Load): Promise<void> {
  const { redisUrl, destination, submissions, submitted } = load
  const producer = createProducer({ redisUrl, namespace, destination })
  let answered = 0
  for (;;) {
    try {
      const left = submissions.slice(answered)
      for await (const answer of producer.enqueueMany(whenDue(left, load))) {
        note(answer, destination, submitted)
        answered += 1
      }
      break
    } catch (error) {
      if (!isOfRedis(error)) throw error
      submitted.unanswered += 1
      await systemClock.sleep(retryMs)
    }
  }
  await producer.close()
}

async function* whenDue(submissions: readonly Submission[], load: Load) {
  for (const submission of submissions) {
    if (!(await isToBeSubmitted(submission, load))) return
    yield intentOf(submission, load.startedMs)
  }
}

/** Resolves when it is due. What may have been accepted without an answer has to be submitted again. */
async function isToBeSubmitted(submission: Submission, load: Load): Promise<boolean> {
  const { submitted, backpressure, startedMs } = load
  if (submitted.begun.has(submission)) return true
  const waitMs = startedMs + submission.atMs - systemClock.now()
  if (waitMs > 0) await systemClock.sleep(waitMs)
  if (!(await backpressure.released(submission.destination))) return false
  submitted.begun.add(submission)
  return true
}

function note(answer: EnqueueAnswer, destination: DestinationName, submitted: Submitted): void {
  if (answer.kind === 'refused') {
    submitted.refused[answer.code] = (submitted.refused[answer.code] ?? 0) + 1
    return
  }
  if (answer.kind === 'duplicate') submitted.duplicates += 1
  submitted.accepted.set(answer.id, destination)
}

function isOfRedis(error: unknown): boolean {
  return error instanceof RingbackError && error.code.startsWith('redis-')
}

async function produceRaw(load: Load): Promise<void> {
  const { redisUrl, destination, submissions, startedMs, submitted } = load
  const ref = { namespace, destination }
  await whileConnected(redisUrl, async (patience) => {
    for (const submission of submissions) {
      if (!(await isToBeSubmitted(submission, load))) return
      const text = JSON.stringify(intentOf(submission, startedMs))
      await patience(
        (redis) => xadd({ store: openStore(redis, ref), submitted }, text),
        () => (submitted.unanswered += 1),
      )
      submitted.accepted.set(submission.id, destination)
    }
  })
}

/** Strays are older than the grace of five minutes, where Redis takes it: a short soak sees them buried too. */
async function xadd(
  { store, submitted }: { store: DestinationStore; submitted: Submitted },
  text: string,
): Promise<void> {
  if (store.ref.destination === stray && (await xaddInThePast(store, text))) {
    submitted.longStrayed += 1
    return
  }
  await submitRaw(store, text)
}

const pastMs = 6 * 60_000

/** False: something newer is in the stream, or has been. */
async function xaddInThePast({ redis, ref }: DestinationStore, text: string): Promise<boolean> {
  const entryId = `${systemClock.now() - pastMs}-*`
  try {
    await redis.call('XADD', inboxKey(ref), entryId, 'intent', text)
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('equal or smaller')) return false
    throw error
  }
}
