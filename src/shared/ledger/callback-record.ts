import type { Intent } from '../contract/intent.ts'
import { states, type State } from '../contract/states.ts'
import type { Redis } from '../redis/connection.ts'
import { callbackKey, type Place } from '../redis/keys.ts'
import { asOneOf } from '../redis/reply.ts'
import { decodeAttempt, type AttemptRecord } from './attempt-record.ts'
import { decodeStoredIntent } from './stored-intent.ts'

/** Everything the ledger says about one callback. Times are ISO 8601 in UTC. */
export interface CallbackRecord {
  id: string
  destination: string
  state: State
  generation: number
  acceptedAt: string
  dueAt: string | undefined
  updatedAt: string
  nextAttemptAt: string | undefined
  expiresAt: string | undefined
  attempts: number
  recordId: string | undefined
  otherRecordIds: string[]
  reason: string | undefined
  code: string | undefined
  message: string | undefined
  possibleDuplicate: boolean
  /** Booked, as a search in Salesforce found out; the answer itself was lost. */
  verified: boolean
  /** Since when it is unknown whether it is booked, while Salesforce is to be asked. */
  uncertainSince: string | undefined
  /** When somebody said that it was booked. */
  resolvedAt: string | undefined
  redrivenAt: string | undefined
  discardedAt: string | undefined
  /** The intent, or undefined for an entry that never was one. */
  intent: Intent | undefined
  /** What was submitted, for an entry that never was an intent. */
  raw: string | undefined
  /** The first attempt and the newest ones; a long outage makes hundreds, and those between are not kept. */
  history: AttemptRecord[]
}

/** The whole story of a callback, or undefined if there is none under this id. */
export async function readCallback(
  redis: Redis,
  place: Place,
  id: string,
): Promise<CallbackRecord | undefined> {
  const hash = await redis.hgetall(callbackKey(place, id))
  return hash['state'] === undefined ? undefined : decodeCallback(hash, place, id)
}

function decodeCallback(
  hash: Readonly<Record<string, string>>,
  { destination }: Place,
  id: string,
): CallbackRecord {
  return {
    id,
    destination,
    state: asOneOf(hash['state'], states),
    generation: Number(hash['generation'] ?? 1),
    acceptedAt: hash['acceptedAt'] ?? '',
    dueAt: hash['dueAt'],
    updatedAt: hash['updatedAt'] ?? '',
    nextAttemptAt: hash['nextAttemptAt'],
    expiresAt: hash['expiresAt'],
    attempts: Number(hash['attempts'] ?? 0),
    recordId: hash['recordId'],
    otherRecordIds: hash['otherRecordIds']?.trim().split(' ') ?? [],
    reason: hash['reason'],
    code: hash['code'],
    message: hash['message'],
    possibleDuplicate: hash['possibleDuplicate'] === '1',
    verified: hash['verified'] === '1',
    uncertainSince: hash['uncertainSince'],
    resolvedAt: hash['resolvedAt'],
    redrivenAt: hash['redrivenAt'],
    discardedAt: hash['discardedAt'],
    intent: hash['intent'] === undefined ? undefined : decodeStoredIntent(hash['intent']),
    raw: hash['raw'],
    history: decodeHistory(hash),
  }
}

function decodeHistory(hash: Readonly<Record<string, string>>): AttemptRecord[] {
  return Object.entries(hash)
    .filter(([field]) => field.startsWith('attempt:'))
    .map(([field, json]) => decodeAttempt(Number(field.slice('attempt:'.length)), json))
    .sort((a, b) => a.attempt - b.attempt)
}
