import type { DestinationStore } from '../../redis/destination-store.ts'
import { resultsKey } from '../../redis/keys.ts'
import { lastPossibleId } from '../../redis/stream-id.ts'
import { shownRecordId } from '../../telemetry/shown-record-id.ts'

/** One end of one callback, as every consumer of the results stream sees it. */
export interface Result {
  entryId: string
  id: string
  state: string
  attempts: number
  at: string
  callId: string | undefined
  /** The id that was submitted, where the dead letter had to get one of its own. */
  submittedId: string | undefined
  recordId: string | undefined
  reason: string | undefined
  code: string | undefined
  possibleDuplicate: boolean
  /** The run by which it was sent. */
  runId: string | undefined
  /** Booked, as a search in Salesforce found out. */
  verified: boolean
  attributes: Record<string, string> | undefined
}

/** Up to `count` results after `afterEntryId` (`0` for the oldest kept), oldest first. */
export async function readResults(
  { redis, ref }: DestinationStore,
  { afterEntryId, count }: { afterEntryId: string; count: number },
): Promise<Result[]> {
  if (afterEntryId === lastPossibleId) return []
  const entries = await redis.xrange(resultsKey(ref), `(${afterEntryId}`, '+', 'COUNT', count)
  return entries.map(decodeResult)
}

/** The newest `count` results that are not older than `sinceMs`, oldest first. */
export async function newestResults(
  { redis, ref }: DestinationStore,
  { sinceMs, count }: { sinceMs: number; count: number },
): Promise<Result[]> {
  if (count === 0) return []
  const entries = await redis.xrevrange(resultsKey(ref), '+', `${sinceMs}-0`, 'COUNT', count)
  return entries.map(decodeResult).toReversed()
}

/** Up to `count` results before `beforeEntryId` (undefined for the newest), newest first. */
export async function readResultsBefore(
  { redis, ref }: DestinationStore,
  { beforeEntryId, count }: { beforeEntryId: string | undefined; count: number },
): Promise<Result[]> {
  const newest = beforeEntryId === undefined ? '+' : `(${beforeEntryId}`
  const entries = await redis.xrevrange(resultsKey(ref), newest, '-', 'COUNT', count)
  return entries.map(decodeResult)
}

/** Reading after this id gives everything that was written at `sinceMs` (epoch ms) or later. */
export function positionBefore(sinceMs: number): string {
  return sinceMs <= 0 ? '0-0' : `${sinceMs - 1}-${newestSequence}`
}

/** Redis counts the entries of one millisecond in 64 bits. */
const newestSequence = '18446744073709551615'

/** Waits up to `blockMs` for results after `afterEntryId`; `$` means from now on. Blocks its connection meanwhile. */
export async function awaitResults(
  { redis, ref }: DestinationStore,
  { afterEntryId, blockMs }: { afterEntryId: string; blockMs: number },
): Promise<Result[]> {
  const key = resultsKey(ref)
  const streams = await redis.xread('BLOCK', blockMs, 'STREAMS', key, afterEntryId)
  return streams?.flatMap(([, entries]) => entries.map(decodeResult)) ?? []
}

/** The newest entry's id, from which on a reader misses nothing; `0-0` while there is none. */
export async function newestResultId({ redis, ref }: DestinationStore): Promise<string> {
  const [newest] = await redis.xrevrange(resultsKey(ref), '+', '-', 'COUNT', 1)
  return newest?.[0] ?? '0-0'
}

export function decodeResult([entryId, values]: [string, string[]]): Result {
  const field = (name: string) => {
    const at = values.findIndex((value, index) => index % 2 === 0 && value === name)
    return at < 0 ? undefined : values[at + 1]
  }
  const attributes = field('attributes')
  const recordId = field('recordId')
  return {
    entryId,
    id: field('id') ?? '',
    state: field('state') ?? '',
    attempts: Number(field('attempts') ?? 0),
    at: field('at') ?? '',
    callId: field('callId'),
    submittedId: field('submittedId'),
    recordId: recordId === undefined ? undefined : shownRecordId(recordId),
    reason: field('reason'),
    code: field('code'),
    possibleDuplicate: field('possibleDuplicate') === '1',
    runId: field('runId'),
    verified: field('verified') === '1',
    attributes:
      attributes === undefined ? undefined : (JSON.parse(attributes) as Record<string, string>),
  }
}
