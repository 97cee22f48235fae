import type { SendPhase } from '../delivery/salesforce-answer.ts'
import type { WishKind } from '../contract/wish.ts'
import type { Disagreement } from '../config/disagreements.ts'
import type { SameNumberRange } from '../contract/same-number-ranges.ts'
import type {
  LedgerProblem,
  Settlement,
  UncertainFollowUp,
  Verdict,
  VerdictReply,
} from '../delivery/settlement.ts'

/**
 * Everything the worker says about itself. Logs and metrics are made from these, and tests wait for them; names and
 * fields are part of what Ringback promises (docs/metrics.md). No event carries a number, a token or a key.
 */
export type WorkerEvent =
  | { event: 'callback.scheduled'; destination: string; id: string; dueAt: string }
  /** It is not the first callback for its number in an hour or two, but the second, the third to fifth, or a later one. */
  | { event: 'number.repeated'; destination: string; id: string; nth: SameNumberRange }
  | { event: 'entry.duplicate'; destination: string; id: string; entryId: string }
  /** It was put into the inbox of another partition than its own, and is in that one's now. */
  | { event: 'entry.handed-over'; destination: string; id: string; entryId: string; to: string }
  /** An entry of the inbox that wanted something of callbacks is done with: so many are as it wanted them. */
  | {
      event: 'entry.fulfilled'
      destination: string
      entryId: string
      wish: WishKind
      callbacks: number
    }
  /** By an entry of the inbox. */
  | { event: 'callback.cancelled'; destination: string; id: string; entryId: string }
  | { event: 'callback.moved'; destination: string; id: string; entryId: string; dueAt: string }
  /** W3C trace context that cannot be understood: the callback is sent without one. */
  | { event: 'traceparent.ignored'; destination: string; id: string; entryId: string }
  | {
      event: 'entry.buried'
      destination: string
      id: string
      entryId: string
      reason: string
      code: string
      message: string
    }
  | AttemptSettled
  | AttemptVerified
  | {
      event: 'callback.expired'
      destination: string
      id: string
    }
  /** Salesforce was asked for an access token, by which it is asked whether an uncertain attempt was booked. */
  | { event: 'token.answered'; destination: string; result: TokenResult; code: string | undefined }
  | DestinationFailing
  /** A probe was answered: attempts are made again, slowly at first. `heldMs`: for how long nothing was sent. */
  | { event: 'destination.recovered'; destination: string; heldMs: number }
  | {
      event: 'dispatch.paused'
      destination: string
      by: string | undefined
      why: string | undefined
    }
  | { event: 'dispatch.resumed'; destination: string; heldMs: number }
  /** Workers of one destination go by different settings, or are of different versions: which, and who has what. */
  | { event: 'workers.disagree'; destination: string; disagreements: Disagreement[] }
  | { event: 'workers.agree'; destination: string }
  /** This worker does not serve it: it has another number of partitions than the worker was told. */
  | { event: 'destination.refused'; destination: string; message: string }
  | RunChanged
  | { event: 'job.skipped'; destination: string; id: string; why: string }
  | { event: 'job.recovered'; destination: string; id: string; why: string }
  | CallbacksUnreconciled
  | { event: 'dead-letter.relisted'; destination: string; id: string }
  | { event: 'dead-letter.unlisted'; destination: string; id: string; why: string }
  | { event: 'bridge.failed'; destination: string; entryId: string | undefined; message: string }
  | { event: 'processor.failed'; destination: string; id: string | undefined; message: string }
  | { event: 'inbox.stray'; destination: string; entries: number; message: string }
  | MaintenanceFailed
  /** All keys of the namespace were looked at once, by the worker that says so. */
  | { event: 'walk.ended'; endedAtMs: number; durationMs: number; scanned: number }
  | { event: 'settlement.delayed'; destination: string; id: string; message: string }
  | RedisLost
  /** All connections are there again. */
  | { event: 'redis.back'; awayMs: number }
  | { event: 'worker.started'; destinations: string[] }
  /** The configuration has changed while the worker ran: it serves one more, or one otherwise. */
  | { event: 'destination.added' | 'destination.changed'; destination: string }
  /** The configuration names it no more: it is served until nothing of it waits, and then no longer. */
  | { event: 'destination.draining' | 'destination.drained'; destination: string }
  | { event: 'worker.stopping'; deadlineMs: number }
  | { event: 'worker.stopped'; inTime: boolean }

/** `failed`: it was refused. */
export type TokenResult = 'granted' | 'failed' | 'unavailable'

/** Its breaker is open: nothing is sent but a probe now and then. What the last attempt came to that counted. */
export interface DestinationFailing {
  event: 'destination.failing'
  destination: string
  since: string
  code: string | undefined
  message: string | undefined
}

/** A run goes on, waits, stopped by itself or is done. What somebody does to it is in its record. */
export interface RunChanged {
  event: 'run.changed'
  destination: string
  /** Its id. */
  run: string
  kind: string
  state: string
  why: string | undefined
}

/** What a worker does beside its callbacks. */
export const maintenanceParts = [
  'connection',
  'clock',
  'registry',
  'functions',
  'strays',
  'lease',
  'walk',
  'expiry',
  'runs',
  'schedule',
  'number-key',
  'seal-keys',
  'heartbeat',
  'history',
  'drain',
  'partitions',
] as const

export type MaintenancePart = (typeof maintenanceParts)[number]

/**
 * Told once, however many connections notice, and until `redis.back` not again; but for a server that answers and refuses, which is
 * told once for each reason.
 */
export interface RedisLost {
  event: 'redis.lost'
  message: string
  /** So many of this process are not there. */
  connections: number
}

/** It is tried again in a minute. A bug of ours, or a Redis that refuses; a connection that was lost is `redis.lost`. */
export interface MaintenanceFailed {
  event: 'maintenance.failed'
  part: MaintenancePart
  /** Undefined: it is about all of them. */
  destination: string | undefined
  message: string
}

/** One line however many there are: a newer version may have written a million. */
export interface CallbacksUnreconciled {
  event: 'callback.unreconciled'
  destination: string
  problem: ReconciliationProblem
  callbacks: number
  /** The first of them. */
  ids: string[]
  message: string
}

/** Why the reconciler can do nothing for a callback: its ledger, its intent or its job cannot be read. */
export type ReconciliationProblem = LedgerProblem | 'unreadable-intent' | 'unreadable-job'

/** The one wide line of an attempt. */
export interface AttemptSettled {
  event: 'attempt.settled'
  destination: string
  id: string
  generation: number
  attempt: number
  outcome: 'booked' | 'refused' | 'unavailable' | 'uncertain'
  status: number | undefined
  code: string | undefined
  message: string | undefined
  recordId: string | undefined
  state: 'booked' | 'retrying' | 'dead' | 'cancelled'
  reason: string | undefined
  nextAttemptAt: string | undefined
  /** What follows, where the outcome is uncertain. */
  followed: UncertainFollowUp | undefined
  /** How far the request got, what it handed to the connection and how long it took. Undefined: its worker was lost. */
  phase: SendPhase | undefined
  bytesSent: number | undefined
  durationMs: number | undefined
  /** How long after it was due the attempt began. Undefined for an attempt that another worker began. */
  latenessMs: number | undefined
  /** From when the callback was first due, whatever attempts it has had, until the answer to this one. Likewise. */
  sinceDueMs: number | undefined
  settlement: Settlement
  /** Masked. */
  callbackNumber: string
  /** The intent's. */
  traceparent: string | undefined
  /** Of the span of this attempt, under the names that OpenTelemetry gives them in logs. Undefined: nobody collects traces. */
  trace_id: string | undefined
  span_id: string | undefined
}

/** What Salesforce said when it was asked whether an uncertain attempt had been booked, and what follows. */
export interface AttemptVerified {
  event: 'attempt.verified'
  destination: string
  id: string
  attempt: number
  /** `unknown`: it could not be asked, and will be again. */
  verdict: Verdict | 'unknown'
  state: 'booked' | 'retrying' | 'dead' | 'cancelled'
  reason: string | undefined
  recordId: string | undefined
  code: string | undefined
  message: string | undefined
  nextAttemptAt: string | undefined
  settlement: VerdictReply
  /** Masked. */
  callbackNumber: string
  /** Likewise. */
  trace_id: string | undefined
  span_id: string | undefined
}

export type Observer = (event: WorkerEvent) => void
