import type { Intent } from '../../shared/contract/intent.ts'
import type { Outcome } from '../../shared/contract/outcome.ts'
import type { Evidence } from '../../shared/contract/salesforce-answer.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import {
  settle,
  type Settlement,
  type UncertainFollowUp,
} from '../../shared/store/ledger/settle.ts'
import type { VerdictReply } from '../../shared/store/ledger/verify.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Decision } from './decide.ts'
import type { VerdictDecision } from './decide-verdict.ts'
import type { AttemptContext, CallbackJob, Instruction } from './context.ts'

/** The first attempt's record and this many of the newest stay in the ledger: an outage of a day makes hundreds. */
const keptRecords = 20

/** Between two tries to write a settlement that Redis refused. */
const settleRetryMs = 500

/** How far the request got, and how long it took. */
export interface AttemptEvidence extends Evidence {
  durationMs: number
}

export interface AttemptEnd {
  job: CallbackJob
  attempt: number
  intent: Intent
  outcome: Outcome
  decision: Decision
  /** Undefined: nobody is left who knows. */
  evidence: AttemptEvidence | undefined
  startedAt: string
  nowMs: number
}

/** Writes down what an attempt came to. The effect is out in the world, so this is tried until it is written. */
export function settleAttempt(end: AttemptEnd, context: AttemptContext): Promise<Settlement> {
  const { job, attempt, intent, outcome, decision, nowMs, startedAt } = end
  const followed = outcome.kind === 'uncertain' ? followUpOf(decision) : undefined
  const input = {
    ...frame(job, context, { intent, nowMs }),
    generation: job.generation,
    attempt,
    record: attemptRecord(end),
    keptRecords,
    ...decisionFields(decision),
    // Held and verified callbacks are not sent again unless somebody has said that they were not booked.
    possibleDuplicate: followed === 'retried' || followed === 'ended',
    uncertainSince: decision.kind === 'verify' ? startedAt : undefined,
    followed,
    recentOutcome: outcome.kind === 'booked' ? 'booked' : `${outcome.kind}:${outcome.code}`,
  }
  return persist(job.id, context, () => settle(context.redis, input))
}

/** `ended`: nothing more is sent, and the dead letter's reason is another than the doubt. */
export function followUpOf(decision: Decision): UncertainFollowUp {
  if (decision.kind === 'verify') return 'verifying'
  if (decision.kind === 'retry') return 'retried'
  return decision.kind === 'bury' && decision.reason === 'uncertain' ? 'held' : 'ended'
}

/** A callback that somebody else has settled meanwhile is looked at again so soon. */
const lookAgainMs = 1_000

/**
 * What the queue has to do once it is written down. `stale`: whoever settled it may have lost its lock and with it the job, and
 * ours is the only one. So it is kept, and the ledger asked again. Where the lock is another's, so is the job: BullMQ refuses.
 */
export function afterwards(
  settlement: Settlement | VerdictReply,
  decision: Decision | VerdictDecision,
  clock: Clock,
): Instruction {
  if (settlement === 'stale') return { kind: 'delay', untilMs: clock.now() + lookAgainMs }
  const ours = settlement === 'settled' || settlement === 'already'
  return 'atMs' in decision && ours ? { kind: 'delay', untilMs: decision.atMs } : { kind: 'finish' }
}

/** Ends a callback whose time is over before an attempt was opened. */
export async function settleExpired(
  job: CallbackJob,
  context: AttemptContext,
  intent: Intent,
): Promise<Instruction> {
  const decision = {
    kind: 'bury',
    reason: 'expired',
    code: 'expired',
    message: `It was not sent before expiresAt (${intent.expiresAt ?? ''}).`,
  } as const
  const input = {
    ...frame(job, context, { intent, nowMs: context.clock.now() }),
    generation: job.generation,
    attempt: 0,
    record: '',
    keptRecords,
    ...decisionFields(decision),
    possibleDuplicate: false,
    uncertainSince: undefined,
    followed: undefined,
    recentOutcome: undefined,
  }
  const settlement = await persist(job.id, context, () => settle(context.redis, input))
  if (settlement === 'settled') {
    const { destination } = context.place
    context.observe({ event: 'callback.expired', destination, id: job.id })
  }
  return afterwards(settlement, decision, context.clock)
}

/** What every end of a callback says besides what it is. */
export function frame(
  job: CallbackJob,
  { place, retentionMs, policy }: AttemptContext,
  { intent, nowMs }: { intent: Intent; nowMs: number },
) {
  return {
    place,
    id: job.id,
    now: isoTimestamp(nowMs),
    nowMs,
    retentionMs,
    attributes: intent.attributes === undefined ? undefined : JSON.stringify(intent.attributes),
    // A search looks back to the beginning of an attempt: no booking since then may be forgotten.
    ownerTtlMs: Math.max(retentionMs, policy.maxRetryDurationMs),
  }
}

function attemptRecord({ outcome, startedAt, nowMs, evidence }: AttemptEnd): string {
  const { kind, ...details } = outcome
  return JSON.stringify({
    startedAt,
    endedAt: isoTimestamp(nowMs),
    outcome: kind,
    ...details,
    ...evidence,
  })
}

function decisionFields(decision: Decision) {
  const none = { recordId: undefined, reason: undefined, code: undefined, message: undefined }
  switch (decision.kind) {
    case 'book': {
      const { recordId } = decision
      return { ...none, state: 'booked', recordId, nextAttemptAt: undefined } as const
    }
    case 'bury': {
      const { reason, code, message } = decision
      return { ...none, state: 'dead', reason, code, message, nextAttemptAt: undefined } as const
    }
    case 'retry':
    case 'verify': {
      const { code, message, atMs } = decision
      return {
        ...none,
        state: 'retrying',
        code,
        message,
        nextAttemptAt: isoTimestamp(atMs),
      } as const
    }
  }
}

/**
 * Repeats until Redis takes it. The connection itself waits through an outage; what is repeated here are refusals: out of
 * memory, loading, a replica that was just demoted. There is no deadline but the process's end: the attempt's number
 * fences a late write, so that writing too late is harmless, and not writing would ring a customer twice.
 */
export async function persist<Reply>(
  id: string,
  { redis, clock, observe, place }: AttemptContext,
  write: () => Promise<Reply>,
): Promise<Reply> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (redis.status === 'end') throw error
      const { destination } = place
      observe({ event: 'settlement.delayed', destination, id, message: messageOf(error) })
      await clock.sleep(settleRetryMs)
    }
  }
}
