import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, deadLettersKey } from '../../redis/keys.ts'
import { redrive } from './redrive.ts'
import { discard } from './discard.ts'
import { resolve, type ResolveReply } from './resolve.ts'
import { isoTimestamp } from '../../time/timestamp.ts'

/** A dead letter in a list: enough to decide which to look at. */
export interface DeadLetterSummary {
  id: string
  destination: string
  diedAt: string
  reason: string
  code: string
  message: string
  attempts: number
  possibleDuplicate: boolean
}

export async function countDeadLetters({ redis, ref }: DestinationStore): Promise<number> {
  return redis.zcard(deadLettersKey(ref))
}

/** When the oldest one died, epoch ms; undefined where there is none. */
export async function readOldestDeathMs(store: DestinationStore): Promise<number | undefined> {
  const { redis, ref } = store
  const [, diedAtMs] = await redis.zrange(deadLettersKey(ref), '0', '0', 'WITHSCORES')
  return diedAtMs === undefined ? undefined : Number(diedAtMs)
}

/** Dead letters by time of death, oldest first. */
export async function listDeadLetters(
  store: DestinationStore,
  { offset, count }: { offset: number; count: number },
): Promise<DeadLetterSummary[]> {
  const key = deadLettersKey(store.ref)
  const found = await store.redis.zrange(
    key,
    String(offset),
    String(offset + count - 1),
    'WITHSCORES',
  )
  const ids = found.filter((_, index) => index % 2 === 0)
  return Promise.all(
    ids.map((id, index) => summarise(store, { id, diedAtMs: Number(found[index * 2 + 1]) })),
  )
}

async function summarise(
  { redis, ref }: DestinationStore,
  { id, diedAtMs }: { id: string; diedAtMs: number },
): Promise<DeadLetterSummary> {
  const [reason, code, message, attempts, duplicate] = await redis.hmget(
    callbackKey(ref, id),
    'reason',
    'code',
    'message',
    'attempts',
    'possibleDuplicate',
  )
  return {
    id,
    destination: ref.destination,
    diedAt: isoTimestamp(diedAtMs),
    reason: reason ?? '',
    code: code ?? '',
    message: message ?? '',
    attempts: Number(attempts ?? 0),
    possibleDuplicate: duplicate === '1',
  }
}

/**
 * Sends one dead letter through the inbox again, with a new attempt budget. One that never was a callback stays readable
 * for the retention, and says what it went in as.
 */
export function redriveDeadLetter(
  store: DestinationStore,
  { nowMs, ...decision }: Decision & { retentionMs: number },
) {
  return redrive(store, { ...decision, now: isoTimestamp(nowMs) })
}

/** Records that nothing more will be done about a dead letter; it is forgotten after the retention. */
export function discardDeadLetter(
  store: DestinationStore,
  { nowMs, ...decision }: Decision & { retentionMs: number },
) {
  return discard(store, { ...decision, now: isoTimestamp(nowMs) })
}

/** Says for a dead letter `uncertain` whether it was booked. If not, it is sent again, and no mark of a duplicate is set. */
export function resolveDeadLetter(
  store: DestinationStore,
  resolution: Resolution,
): Promise<ResolveReply> {
  const { nowMs, retentionMs: ownerTtlMs } = resolution
  return resolve(store, { ...resolution, ownerTtlMs, now: isoTimestamp(nowMs) })
}

interface Decision {
  id: string
  nowMs: number
  /** By a pseudonym, where there is somebody. */
  decidedBy?: string | undefined
}

export interface Resolution extends Decision {
  retentionMs: number
  /** The ContactRequest that it was booked by; undefined: it was not booked. */
  recordId: string | undefined
}
