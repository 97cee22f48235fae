import { isEnd, type State } from '../../../shared/contract/states.ts'
import type { DestinationRef } from '../../../shared/redis/keys.ts'

/** One thing in Redis that holds a customer's number, or belongs to a callback that does. */
export type Trace = CallbackTrace | EntryTrace | ResultTrace | JobTrace | QueueEventTrace

/** A callback in whatever state, dead letters included. Its inbox entry, if it still has one, goes with it. */
export interface CallbackTrace {
  kind: 'callback'
  ref: DestinationRef
  id: string
  state: State
  /** The intent, else what was sent, byte for byte. */
  content: Buffer
  /** Bytes of what was sent, where that was too large to be read. */
  unreadBytes: number | undefined
  /** What it was booked as: Salesforce keeps the number there. */
  recordIds: string[]
  /** The run that has sent it. */
  runId: string | undefined
}

/** An inbox entry that was not taken in yet. */
export interface EntryTrace {
  kind: 'inbox-entry'
  ref: DestinationRef
  entryId: string
  /** As given; undefined if it has no usable one. */
  id: string | undefined
  /** False for what is not an intent, which would have become a dead letter. */
  promised: boolean
}

export interface ResultTrace {
  kind: 'result'
  ref: DestinationRef
  entryId: string
  state: string
}

/** A job holds no number, but its name holds the callback's id. */
export interface JobTrace {
  kind: 'job'
  ref: DestinationRef
  id: string
  generation: number
  /** Whether the id holds the number itself. */
  named: boolean
}

/** BullMQ's note of what happened to a job whose id holds the number. */
export interface QueueEventTrace {
  kind: 'queue-event'
  ref: DestinationRef
  entryId: string
}

/** What may hold the number, and cannot be looked into: it is too large, or sealed to a key that is not here. */
export interface Unsearched {
  kind: 'callback' | 'inbox-entry'
  ref: DestinationRef
  id: string
  why: 'too-large' | 'sealed'
  bytes: number
}

/** Erasing it withdraws a promise to call back. */
export function isWaiting(trace: Trace): boolean {
  if (trace.kind === 'inbox-entry') return trace.promised
  return trace.kind === 'callback' && !isEnd(trace.state) && trace.state !== 'attempting'
}

/** What an attempt comes to has to be written down: until then its callback stays. */
export function isUnderWay(trace: Trace): boolean {
  return trace.kind === 'callback' && trace.state === 'attempting'
}
