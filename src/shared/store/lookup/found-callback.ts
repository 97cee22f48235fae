import { states, type State } from '../../contract/states.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, ownerKey } from '../../redis/keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { shownRecordId } from '../../telemetry/shown-record-id.ts'
import { decodeStoredIntent } from '../ledger/stored-intent.ts'
import { numberPrintOf, type NumberKey } from '../ledger/places.ts'
import type { Clue } from './find-ids.ts'

/** What is told of a callback among others. `status` tells the whole story. */
export interface FoundCallback {
  id: string
  state: State
  callId: string | undefined
  /** E.164, or sealed. */
  callbackNumber: string | undefined
  acceptedAt: string
  dueAt: string | undefined
  nextAttemptAt: string | undefined
  updatedAt: string
  attempts: number
  recordId: string | undefined
  reason: string | undefined
  code: string | undefined
}

/** Undefined if it is forgotten. */
export async function readFound(
  store: DestinationStore,
  id: string,
): Promise<FoundCallback | undefined> {
  return (await readPlaced(store, id))?.found
}

/** With what stands for the number in comparisons, where it is sealed: for nobody to see. */
export interface PlacedCallback {
  found: FoundCallback
  numberPrint: string | undefined
}

export async function readPlaced(
  { redis, ref }: DestinationStore,
  id: string,
): Promise<PlacedCallback | undefined> {
  const values = await redis.hmget(
    callbackKey(ref, id),
    ...['state', 'intent', 'acceptedAt', 'dueAt', 'nextAttemptAt', 'updatedAt'],
    ...['attempts', 'recordId', 'reason', 'code', 'numberPrint'],
  )
  const known = values.map((value) => value ?? undefined)
  const [state, intent, acceptedAt = '', dueAt, nextAttemptAt, updatedAt = '', ...more] = known
  if (state === undefined) return undefined
  const [attempts = 0, recordId, reason, code, numberPrint] = more
  const promised = intent === undefined ? undefined : decodeStoredIntent(intent)
  const found = {
    id,
    state: asOneOf(state, states),
    callId: promised?.callId,
    callbackNumber: promised?.callbackNumber,
    acceptedAt,
    dueAt,
    nextAttemptAt,
    updatedAt,
    attempts: Number(attempts),
    recordId: recordId && shownRecordId(recordId),
    reason,
    code,
  }
  return { found, numberPrint }
}

/** Whether it is of that call, or that number: others may share the place. */
export function fits(
  { found, numberPrint }: PlacedCallback,
  { clue, key }: { clue: Clue; key: NumberKey },
): boolean {
  if (clue.kind === 'call') return found.callId === clue.callId
  if (numberPrint !== undefined) return numberPrint === numberPrintOf(key, clue.callbackNumber)
  return found.callbackNumber === clue.callbackNumber
}

/** Whose a ContactRequest is; null if it is nobody's. */
export function readOwner(
  { redis, ref }: DestinationStore,
  recordId: string,
): Promise<string | null> {
  return redis.get(ownerKey(ref, recordId))
}
