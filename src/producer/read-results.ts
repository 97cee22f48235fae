import type { RedisAccess } from '../shared/redis/redis-access.ts'
import { redisFailure } from '../shared/redis/redis-failure.ts'
import { openStore, type DestinationStore } from '../shared/redis/destination-store.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import {
  acknowledgeResult,
  claimResults,
  ensureResultGroup,
  readHeldResults,
  readNewResults,
} from '../shared/store/results/result-group.ts'
import type { Result } from '../shared/store/results/results.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { ProducerConnection } from './producer-connection.ts'

export interface ResultsOptions {
  /** Of readers that share the work. Each group is given every result. */
  group: string
  /** Which reader of the group this is: another name for each, the same one after a restart. */
  consumer: string
  /** Ends the reading. */
  signal?: AbortSignal
  /** Where a new group begins: with what is kept (default), or with what comes from now on. */
  from?: 'beginning' | 'now'
  /** What another reader has held for so many ms without confirming it is taken over. Default: 60000. */
  takeOverMs?: number
}

/** A callback has ended. Given again, to this reader or another one of the group, until it is acknowledged. */
export interface ReceivedResult extends Result {
  acknowledge(): Promise<void>
}

export interface ReadingContext {
  access: RedisAccess
  ref: DestinationRef
  connection: ProducerConnection
  clock: Clock
}

/** Finite, so that a connection that died without a word is noticed, and what others have dropped is taken over. */
const blockMs = 5_000
const pageSize = 100

/** Waits through an outage of Redis, once it has begun. Ends when the signal is aborted. */
export async function* readResults(
  context: ReadingContext,
  { from = 'beginning', ...options }: ResultsOptions,
  closed: AbortSignal,
): AsyncGenerator<ReceivedResult> {
  const { access, ref, connection } = context
  const { group, signal } = options
  const stopped = AbortSignal.any(signal === undefined ? [closed] : [closed, signal])
  const isOver = () => stopped.aborted
  if (isOver()) return
  await connection.use((redis) =>
    ensureResultGroup(openStore(redis, ref), { group, from: from === 'now' ? '$' : '0' }),
  )
  if (isOver()) return
  const redis = await access.connectPatiently()
  const hangUp = () => redis.disconnect()
  stopped.addEventListener('abort', hangUp, { once: true })
  const acknowledge = (entryId: string) => () =>
    connection.use((own) => acknowledgeResult(openStore(own, ref), { group, entryId }))
  try {
    for await (const result of resultsFor(openStore(redis, ref), { ...options, ...context })) {
      yield { ...result, acknowledge: acknowledge(result.entryId) }
      if (isOver()) return
    }
  } catch (error) {
    // Hanging up is how a blocked read is ended.
    if (!isOver()) throw redisFailure(access.url, error)
  } finally {
    stopped.removeEventListener('abort', hangUp)
    hangUp()
  }
}

type Reading = Omit<ResultsOptions, 'from' | 'signal'> & Pick<ReadingContext, 'clock'>

/** What this reader held before it was started anew; from then on what others have dropped, and what is new. */
async function* resultsFor(
  store: DestinationStore,
  { group, consumer, clock, takeOverMs = 60_000 }: Reading,
): AsyncGenerator<Result> {
  const reader = { group, consumer, count: pageSize }
  yield* heldResults(store, reader)
  let nextClaimAtMs = 0
  for (;;) {
    if (clock.monotonic() >= nextClaimAtMs) {
      const claimed = await claimResults(store, { ...reader, idleMs: takeOverMs })
      yield* claimed
      if (claimed.length < pageSize) nextClaimAtMs = clock.monotonic() + takeOverMs / 2
    }
    yield* await readNewResults(store, { ...reader, blockMs })
  }
}

async function* heldResults(
  store: DestinationStore,
  reader: { group: string; consumer: string; count: number },
): AsyncGenerator<Result> {
  let afterEntryId = '0'
  for (;;) {
    const held = await readHeldResults(store, { ...reader, afterEntryId })
    yield* held
    const last = held.at(-1)
    if (last === undefined) return
    afterEntryId = last.entryId
  }
}
