import type { CallbackCode } from '../../contract/codes.ts'
import type { Intent } from '../../contract/intent.ts'
import { deadReasons, states, type DeadReason } from '../../contract/states.ts'
import { RingbackError } from '../../errors/errors.ts'
import type { Redis } from '../../redis/connection.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, type DestinationRef } from '../../redis/keys.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'
import { asOneOf } from '../../redis/reply.ts'
import { shownRecordId } from '../../telemetry/shown-record-id.ts'
import { decodeAttempt, type AttemptRecord } from './attempt-record.ts'
import { maxRawBytes } from './raw.ts'
import { decodeStoredIntent } from './stored-intent.ts'

/** What the ledger says about a callback in any state. Times are ISO 8601 in UTC. */
interface RecordOfAnyState {
  id: string
  destination: string
  generation: number
  acceptedAt: string
  dueAt: string | undefined
  updatedAt: string
  expiresAt: string | undefined
  attempts: number
  otherRecordIds: string[]
  possibleDuplicate: boolean
  /** When somebody said that it was booked. */
  resolvedAt: string | undefined
  redrivenAt: string | undefined
  discardedAt: string | undefined
  /** Somebody has cancelled it. An attempt that was under way by then may have booked it all the same: see `state`. */
  cancelRequestedAt: string | undefined
  /** Who and why, as they said. */
  cancelledBy: string | undefined
  cancelReason: string | undefined
  /** Somebody has moved it to another time: when, who and why, the last time. */
  rescheduledAt: string | undefined
  rescheduledBy: string | undefined
  rescheduleReason: string | undefined
  /** The dead letter whose content, sent again, became this. */
  redriveOf: string | undefined
  /** The id that was submitted, where it could not be used: another callback has it. */
  submittedId: string | undefined
  /** The intent, or undefined for an entry that never was one. */
  intent: Intent | undefined
  /** What was submitted, for an entry that never was an intent. */
  raw: string | undefined
  /** The field of the entry that `raw` is of; undefined where it is `intent`, or all of them. */
  rawField: string | undefined
  /** `base64`: `raw` is, because what was submitted is not UTF-8. */
  rawEncoding: 'base64' | undefined
  /** Bytes of what was submitted, where that was too large: `raw` is then its beginning, or undefined where it cannot be read. */
  rawLength: number | undefined
  /** SHA-1 of what was submitted, in hex, where `raw` is its beginning; not of what was too large for that too. */
  rawSha1: string | undefined
  /** The first attempt and the newest ones; a long outage makes hundreds, and those between are not kept. */
  history: AttemptRecord[]
}

export interface WaitingCallback extends RecordOfAnyState {
  state: 'accepted' | 'scheduled' | 'attempting' | 'retrying'
  nextAttemptAt: string | undefined
  /** Since when it is unknown whether it is booked, while Salesforce is to be asked. */
  uncertainSince: string | undefined
  /** Of the attempt before, if one failed. */
  code: CallbackCode | undefined
  message: string | undefined
  recordId: undefined
  reason: undefined
  verified: false
}

export interface BookedCallback extends RecordOfAnyState {
  state: 'booked'
  /** Salesforce's ContactRequest. */
  recordId: string
  /** Booked, as a search in Salesforce found out; the answer itself was lost. */
  verified: boolean
  nextAttemptAt: undefined
  uncertainSince: undefined
  reason: undefined
  code: undefined
  message: undefined
}

export interface DeadCallback extends RecordOfAnyState {
  state: 'dead'
  reason: DeadReason
  code: CallbackCode
  message: string
  /** The inbox entry that its content went in as again, after it was redriven. */
  redrivenAs: string | undefined
  recordId: undefined
  nextAttemptAt: undefined
  uncertainSince: undefined
  verified: false
}

export interface CancelledCallback extends RecordOfAnyState {
  state: 'cancelled'
  code: CallbackCode | undefined
  message: string | undefined
  recordId: undefined
  reason: undefined
  nextAttemptAt: undefined
  uncertainSince: undefined
  verified: false
}

/** Everything the ledger says about one callback; `state` tells which of the four it is. */
export type CallbackStatus = WaitingCallback | BookedCallback | DeadCallback | CancelledCallback

/** The whole story of a callback, or undefined if there is none under this id. */
export async function readCallback(
  { redis, ref }: DestinationStore,
  id: string,
): Promise<CallbackStatus | undefined> {
  const hash = await readHash(redis, callbackKey(ref, id))
  return hash['state'] === undefined ? undefined : decodeCallback(hash, ref, id)
}

type Hash = Readonly<Record<string, string>>

/**
 * Older versions kept all of what was sent, half a gigabyte if need be, which is not a string: such a field is measured and left.
 */
async function readHash(redis: Redis, key: string): Promise<Hash> {
  const rawBytes = await measureRaw(redis, key)
  if (rawBytes <= maxRawBytes) return redis.hgetall(key)
  const names = (await redis.hkeys(key)).filter((name) => name !== 'raw')
  const values = await redis.hmget(key, ...names)
  const hash: Record<string, string> = { rawLength: String(rawBytes) }
  for (const [index, name] of names.entries()) hash[name] = values[index] ?? ''
  return hash
}

/** A user of the library may have been given the right to read such a hash, and none to measure it. */
async function measureRaw(redis: Redis, key: string): Promise<number> {
  try {
    return await redis.hstrlen(key, 'raw')
  } catch (error) {
    if (redisErrorKind(error) !== 'forbidden') throw error
    return 0
  }
}

function decodeCallback(hash: Hash, ref: DestinationRef, id: string): CallbackStatus {
  const state = asOneOf(hash['state'], states)
  const common = decodeAnyState(hash, ref, id)
  const { code, message, nextAttemptAt, uncertainSince } = hash
  const none = { recordId: undefined, reason: undefined, verified: false } as const
  const over = { nextAttemptAt: undefined, uncertainSince: undefined } as const
  switch (state) {
    case 'booked': {
      const { recordId } = hash
      if (recordId === undefined) throw withoutRecordId()
      const verified = hash['verified'] === '1'
      const fine = { reason: undefined, code: undefined, message: undefined } as const
      return { ...common, ...over, ...fine, state, recordId: shownRecordId(recordId), verified }
    }
    case 'dead': {
      const reason = asOneOf(hash['reason'], deadReasons)
      const why = { reason, code: code ?? '', message: message ?? '' }
      return { ...common, ...none, ...over, ...why, state, redrivenAs: hash['redrivenAs'] }
    }
    case 'cancelled':
      return { ...common, ...none, ...over, state, code, message }
    default:
      return { ...common, ...none, state, code, message, nextAttemptAt, uncertainSince }
  }
}

function decodeAnyState(hash: Hash, { destination }: DestinationRef, id: string): RecordOfAnyState {
  return {
    id,
    destination,
    generation: Number(hash['generation'] ?? 1),
    acceptedAt: hash['acceptedAt'] ?? '',
    dueAt: hash['dueAt'],
    updatedAt: hash['updatedAt'] ?? '',
    expiresAt: hash['expiresAt'],
    attempts: Number(hash['attempts'] ?? 0),
    otherRecordIds: hash['otherRecordIds']?.trim().split(' ').map(shownRecordId) ?? [],
    possibleDuplicate: hash['possibleDuplicate'] === '1',
    resolvedAt: hash['resolvedAt'],
    redrivenAt: hash['redrivenAt'],
    discardedAt: hash['discardedAt'],
    cancelRequestedAt: hash['cancelRequestedAt'],
    cancelledBy: hash['cancelledBy'],
    cancelReason: hash['cancelReason'],
    rescheduledAt: hash['rescheduledAt'],
    rescheduledBy: hash['rescheduledBy'],
    rescheduleReason: hash['rescheduleReason'],
    redriveOf: hash['redriveOf'],
    submittedId: hash['submittedId'],
    intent: hash['intent'] === undefined ? undefined : decodeStoredIntent(hash['intent']),
    raw: hash['raw'],
    rawField: hash['rawField'],
    rawEncoding: hash['rawEncoding'] === 'base64' ? 'base64' : undefined,
    rawLength: hash['rawLength'] === undefined ? undefined : Number(hash['rawLength']),
    rawSha1: hash['rawSha1'],
    history: decodeHistory(hash),
  }
}

function withoutRecordId(): RingbackError {
  return new RingbackError(
    'unknown-record',
    'The ledger holds a booked callback without a recordId.',
  )
}

function decodeHistory(hash: Hash): AttemptRecord[] {
  return Object.entries(hash)
    .filter(([field]) => field.startsWith('attempt:'))
    .map(([field, json]) => decodeAttempt(Number(field.slice('attempt:'.length)), json))
    .sort((a, b) => a.attempt - b.attempt)
}
