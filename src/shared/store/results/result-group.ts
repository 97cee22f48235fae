import type { DestinationStore } from '../../redis/destination-store.ts'
import { resultsKey } from '../../redis/keys.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'
import { takeStep } from '../../telemetry/steps.ts'
import { decodeResult, type Result } from './results.ts'

/** Somebody who reads the results together with others of a group: each is given to one of them, until he has confirmed it. */
export interface ResultReader {
  group: string
  consumer: string
}

/** Creates the group where it is missing. `from`: `0`, or `$` for what comes from now on. */
export async function ensureResultGroup(
  { redis, ref }: DestinationStore,
  { group, from }: { group: string; from: '0' | '$' },
): Promise<void> {
  try {
    await takeStep('results.group', ref, () =>
      redis.xgroup('CREATE', resultsKey(ref), group, from, 'MKSTREAM'),
    )
  } catch (error) {
    if (redisErrorKind(error) !== 'group-exists') throw error
  }
}

/** What nobody of the group has been given. Blocks its connection until there is something, or for `blockMs`. */
export async function readNewResults(
  { redis, ref }: DestinationStore,
  { group, consumer, count, blockMs }: ResultReader & { count: number; blockMs: number },
): Promise<Result[]> {
  const key = resultsKey(ref)
  const reply = await takeStep('results.read', ref, () =>
    redis.call(
      'XREADGROUP',
      ...['GROUP', group, consumer, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', key, '>'],
    ),
  )
  return decodeStreams(reply)
}

/** What this reader was given before and has not confirmed, after an entry (`0` for the oldest). */
export async function readHeldResults(
  { redis, ref }: DestinationStore,
  { group, consumer, count, afterEntryId }: ResultReader & { count: number; afterEntryId: string },
): Promise<Result[]> {
  const key = resultsKey(ref)
  const reply = await takeStep('results.read', ref, () =>
    redis.call(
      'XREADGROUP',
      ...['GROUP', group, consumer, 'COUNT', count, 'STREAMS', key, afterEntryId],
    ),
  )
  return decodeStreams(reply)
}

/** Takes over some of what others of the group were given longer ago than `idleMs`, and have not confirmed. */
export async function claimResults(
  { redis, ref }: DestinationStore,
  { group, consumer, count, idleMs }: ResultReader & { count: number; idleMs: number },
): Promise<Result[]> {
  const key = resultsKey(ref)
  const reply = await takeStep('results.claim', ref, () =>
    redis.call('XAUTOCLAIM', key, group, consumer, idleMs, '0', 'COUNT', count),
  )
  return Array.isArray(reply) ? decodeEntries(reply[1]) : []
}

/** Confirms that somebody has dealt with it: nobody of the group is given it again. */
export async function acknowledgeResult(
  { redis, ref }: DestinationStore,
  { group, entryId }: { group: string; entryId: string },
): Promise<void> {
  await takeStep('results.acknowledge', ref, () => redis.xack(resultsKey(ref), group, entryId))
}

function decodeStreams(reply: unknown): Result[] {
  if (!Array.isArray(reply)) return []
  return reply.flatMap((stream: unknown) => (Array.isArray(stream) ? decodeEntries(stream[1]) : []))
}

/** None of what was trimmed while somebody held it. */
function decodeEntries(entries: unknown): Result[] {
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => {
    if (!Array.isArray(entry) || !Array.isArray(entry[1])) return []
    return [decodeResult([String(entry[0]), entry[1].map(String)])]
  })
}
