import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'

/** A callback that has ended, as far as it decides whether a run is about it. */
export interface Candidate {
  id: string
  /** Where it stands in what is walked. */
  position: string
  endedAtMs: number
  /** What the ledger says now; undefined where it has forgotten the callback. */
  state: string | undefined
  reason: string | undefined
  code: string
  message: string
  attempts: number
  acceptedAt: string
  updatedAt: string
  expiresAt: string | undefined
  possibleDuplicate: boolean
  isDiscarded: boolean
  /** The run that sent it last. */
  runId: string | undefined
  /** JSON; undefined for what never was an intent. */
  intent: string | undefined
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
    attempts: Number(field('attempts') ?? 0),
    acceptedAt: field('acceptedAt') ?? '',
    updatedAt: field('updatedAt') ?? '',
    expiresAt: field('expiresAt'),
    possibleDuplicate: field('possibleDuplicate') === '1',
    isDiscarded: field('discardedAt') !== undefined,
    runId: field('runId'),
    intent: field('intent'),
    isWhole: !['rawEncoding', 'rawLength', 'redrivenAs'].some((name) => field(name) !== undefined),
  }
}
