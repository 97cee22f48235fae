import { randomUUID } from 'node:crypto'

import type { Intent } from '../../shared/contract/intent.ts'
import type { Outcome } from '../../shared/contract/outcome.ts'
import type { SalesforceAnswer } from '../../shared/contract/salesforce-answer.ts'
import { decodeStoredIntent } from '../../shared/ledger/stored-intent.ts'
import { begin, type Beginning, type OpenAttempt } from '../../shared/store/ledger/begin.ts'
import { maskNumber } from '../../shared/telemetry/mask.ts'
import { epochMsOf, isoTimestamp } from '../../shared/time/timestamp.ts'
import type { SendConditions } from '../salesforce/client.ts'
import { classify, workerLost } from './classify.ts'
import type { AttemptContext, CallbackJob, Instruction } from './context.ts'
import { decide, type Decision } from './decide.ts'
import {
  afterwards,
  followUpOf,
  settleAttempt,
  settleExpired,
  type AttemptEvidence,
} from './settle.ts'
import { verifyAttempt } from './verify-attempt.ts'

/** Two workers' clocks may differ by this much before a job that is early by one of them is put back. */
const clockToleranceMs = 1_000

/**
 * One attempt: begin → guard → send → classify → decide → settle; or, where an earlier one is in doubt, the question whether
 * that was booked. Throws only when Redis or the code is broken.
 */
export async function runAttempt(
  job: CallbackJob,
  context: AttemptContext,
  signal: AbortSignal,
): Promise<Instruction> {
  const { clock, sendWithinMs } = context
  // From before the question, not from the answer: the worker may be paused between the two.
  const askedMs = clock.monotonic()
  const maySend = () => clock.monotonic() - askedMs <= sendWithinMs
  const beginning = await beginAttempt(job, context)
  switch (beginning.kind) {
    case 'begun':
      return await sendAndSettle({ job, beginning, context }, { signal, maySend })
    case 'unsettled':
      return await conclude({
        job,
        context,
        open: beginning,
        intent: decodeStoredIntent(beginning.intent),
        outcome: workerLost,
        startedAt: startOf(beginning.record),
      })
    case 'unverified':
      return await verifyAttempt({ job, beginning, context }, signal)
    case 'expired':
      return await settleExpired(job, context, decodeStoredIntent(beginning.intent))
    case 'not-due':
      return { kind: 'delay', untilMs: epochMsOf(beginning.dueAt) }
    case 'ended':
      return skip(job, context, `the callback is ${beginning.state}`)
    case 'unknown-version':
      throw new Error(`the ledger has version ${beginning.version}; this worker knows version 1`)
    case 'missing':
      return skip(job, context, 'the ledger knows no such callback')
  }
}

function beginAttempt(job: CallbackJob, { redis, place, clock }: AttemptContext) {
  const nowMs = clock.now()
  return begin(redis, {
    place,
    id: job.id,
    generation: job.generation,
    claim: randomUUID(),
    now: isoTimestamp(nowMs),
    nowWithTolerance: isoTimestamp(nowMs + clockToleranceMs),
  })
}

interface Begun {
  job: CallbackJob
  beginning: Extract<Beginning, { kind: 'begun' }>
  context: AttemptContext
}

async function sendAndSettle(
  { job, beginning, context }: Begun,
  conditions: SendConditions,
): Promise<Instruction> {
  const startedAtMs = context.clock.now()
  const intent = decodeStoredIntent(beginning.intent)
  const { callId, callbackNumber, isPreviewCallback, scheduledRoutingDateTime } = intent
  const answer = await context.client.requestCallback(
    {
      callId,
      callbackNumber,
      ...(isPreviewCallback === undefined ? {} : { isPreviewCallback }),
      ...(scheduledRoutingDateTime === undefined ? {} : { scheduledRoutingDateTime }),
      idempotencyKey: job.id,
      ...(beginning.traceparent === undefined ? {} : { traceparent: beginning.traceparent }),
    },
    conditions,
  )
  return conclude({
    job,
    context,
    open: beginning,
    intent,
    outcome: classify(answer),
    evidence: evidenceOf(answer),
    latenessMs: Math.max(0, startedAtMs - epochMsOf(beginning.dueAt)),
    startedAt: isoTimestamp(startedAtMs),
    traceparent: beginning.traceparent,
  })
}

function evidenceOf({ phase, bytesSent, durationMs }: SalesforceAnswer): AttemptEvidence {
  return { phase, bytesSent, durationMs }
}

interface Conclusion {
  job: CallbackJob
  context: AttemptContext
  open: OpenAttempt
  intent: Intent
  outcome: Outcome
  /** Undefined: the attempt's worker was lost, and with it what it knew. */
  evidence?: AttemptEvidence
  latenessMs?: number
  startedAt?: string | undefined
  traceparent?: string | undefined
}

/** From the outcome on: decide, settle, say so, and tell the queue. */
async function conclude(conclusion: Conclusion): Promise<Instruction> {
  const { job, context, open, intent, outcome, evidence } = conclusion
  const nowMs = context.clock.now()
  const decision = decide(
    outcome,
    {
      attempt: open.attempt - open.priorAttempts,
      firstAttemptAtMs: epochMsOf(open.firstAttemptAt),
      expiresAtMs: intent.expiresAt === undefined ? undefined : epochMsOf(intent.expiresAt),
      nowMs,
    },
    context,
  )
  const startedAt = conclusion.startedAt ?? isoTimestamp(nowMs)
  const settlement = await settleAttempt(
    { job, attempt: open.attempt, intent, outcome, decision, evidence, startedAt, nowMs },
    context,
  )
  context.observe({
    event: 'attempt.settled',
    destination: context.place.destination,
    id: job.id,
    generation: job.generation,
    attempt: open.attempt,
    ...describeOutcome(outcome),
    ...describeDecision(decision),
    followed: outcome.kind === 'uncertain' ? followUpOf(decision) : undefined,
    phase: evidence?.phase,
    bytesSent: evidence?.bytesSent,
    durationMs: evidence?.durationMs,
    latenessMs: conclusion.latenessMs,
    settlement,
    callbackNumber: maskNumber(intent.callbackNumber),
    traceparent: conclusion.traceparent,
  })
  return afterwards(settlement, decision, context.clock)
}

function describeOutcome(outcome: Outcome) {
  const booked = outcome.kind === 'booked'
  return {
    outcome: outcome.kind,
    status: outcome.status,
    recordId: booked ? outcome.recordId : undefined,
    code: booked ? undefined : outcome.code,
    message: booked ? undefined : outcome.message,
  }
}

const stateAfter = {
  book: 'booked',
  retry: 'retrying',
  verify: 'retrying',
  bury: 'dead',
} as const

function describeDecision(decision: Decision) {
  return {
    state: stateAfter[decision.kind],
    reason: decision.kind === 'bury' ? decision.reason : undefined,
    nextAttemptAt: 'atMs' in decision ? isoTimestamp(decision.atMs) : undefined,
  }
}

function startOf(record: string | undefined): string | undefined {
  if (record === undefined) return undefined
  const { startedAt } = JSON.parse(record) as { startedAt?: string }
  return startedAt
}

function skip({ id }: CallbackJob, { place, observe }: AttemptContext, why: string): Instruction {
  observe({ event: 'job.skipped', destination: place.destination, id, why })
  return { kind: 'finish' }
}
