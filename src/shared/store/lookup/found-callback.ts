import { states, type State } from '../../contract/states.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, ownerKey } from '../../redis/keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { shownRecordId } from '../../telemetry/shown-record-id.ts'
import { decodeStoredIntent } from '../ledger/stored-intent.ts'
import type { Clue } from './find-ids.ts'

/** What is told of a callback among others. `status` tells the whole story. */
export interface FoundCallback {
  id: string
  state: State
  callId: string | undefined
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
  { redis, ref }: DestinationStore,
  id: string,
): Promise<FoundCallback | undefined> {
  const values = await redis.hmget(
    callbackKey(ref, id),
    ...['state', 'intent', 'acceptedAt', 'dueAt', 'nextAttemptAt', 'updatedAt'],
    ...['attempts', 'recordId', 'reason', 'code'],
  )
  const known = values.map((value) => value ?? undefined)
  const [state, intent, acceptedAt = '', dueAt, nextAttemptAt, updatedAt = '', ...more] = known
  if (state === undefined) return undefined
  const [attempts = 0, recordId, reason, code] = more
  const promised = intent === undefined ? undefined : decodeStoredIntent(intent)
  return {
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
}

/** Whether it is of that call, or that number: others may share the place. */
export function fits({ callId, callbackNumber }: FoundCallback, clue: Clue): boolean {
  return clue.kind === 'call' ? callId === clue.callId : callbackNumber === clue.callbackNumber
}

/** Whose a ContactRequest is; null if it is nobody's. */
export function readOwner(
  { redis, ref }: DestinationStore,
  recordId: string,
): Promise<string | null> {
  return redis.get(ownerKey(ref, recordId))
}
