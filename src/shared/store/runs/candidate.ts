import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'

/** A callback, as far as it decides whether a run is about it. */
export interface Candidate {
  id: string
  /** Where it stands in what is walked. */
  position: string
  /** Of one that waits: when it was accepted. */
  endedAtMs: number
  /** What the ledger says now; undefined where it has forgotten the callback. */
  state: string | undefined
  reason: string | undefined
  code: string
  message: string
  attempts: number
  /** Salesforce's ContactRequests, as far as they are known. */
  recordIds: readonly string[]
  acceptedAt: string
  updatedAt: string
  expiresAt: string | undefined
  possibleDuplicate: boolean
  isDiscarded: boolean
  /** Somebody has cancelled it, whatever has become of that. */
  isCancelled: boolean
  generation: number
  /** The run that sent it last. */
  runId: string | undefined
  /** JSON; undefined for what never was an intent. */
  intent: string | undefined
  /** What stands for its number, where that is sealed. */
  numberPrint: string | undefined
  /** Whether it can go in again: all of it was kept, it is text, and it has not gone in before. */
  isWhole: boolean
}

export type Found = Pick<Candidate, 'id' | 'position' | 'endedAtMs'>

const fields = [
  ...['state', 'reason', 'code', 'message', 'acceptedAt', 'updatedAt', 'expiresAt', 'runId'],
  ...[
    'possibleDuplicate',
    'discardedAt',
    'intent',
    'attempts',
    'rawEncoding',
    'rawLength',
    'redrivenAs',
    'cancelRequestedAt',
    'generation',
    'recordId',
    'otherRecordIds',
    'numberPrint',
  ],
]

export async function readCandidate(
  { redis, ref }: DestinationStore,
  found: Found,
): Promise<Candidate> {
  const values = await redis.hmget(callbackKey(ref, found.id), ...fields)
  const field = (name: string) => values[fields.indexOf(name)] ?? undefined
  const code = field('code') ?? ''
  return {
    ...found,
    code,
    state: field('state'),
    reason: field('reason'),
    message: field('message') ?? '',
    recordIds: `${field('recordId') ?? ''} ${field('otherRecordIds') ?? ''}`
      .split(' ')
      .filter(Boolean),
    attempts: Number(field('attempts') ?? 0),
    acceptedAt: field('acceptedAt') ?? '',
    updatedAt: field('updatedAt') ?? '',
    expiresAt: field('expiresAt'),
    possibleDuplicate: field('possibleDuplicate') === '1',
    isDiscarded: field('discardedAt') !== undefined,
    isCancelled: field('cancelRequestedAt') !== undefined,
    generation: Number(field('generation') ?? 1),
    runId: field('runId'),
    intent: field('intent'),
    numberPrint: field('numberPrint'),
    isWhole: !['rawEncoding', 'rawLength', 'redrivenAs'].some((name) => field(name) !== undefined),
  }
}
