import type { Instruction } from '../../queue/instruction.ts'
import { decodeStoredIntent } from '../../shared/store/ledger/stored-intent.ts'
import type { BeginResult, OpenAttempt } from '../../shared/store/ledger/begin.ts'
import { epochMsOf } from '../../shared/time/timestamp.ts'
import { currentTracer } from '../../shared/telemetry/traces.ts'
import type { SendConditions } from '../../salesforce/client.ts'
import {
  answered,
  circumstancesOf,
  lost,
  type ConcludedAttempt,
  type OpenedAttempt,
  type Work,
} from './attempt.ts'
import { beginAttempt } from './begin-attempt.ts'
import { decide } from './decide.ts'
import { expire } from './expire.ts'
import { instruct } from './instruct.ts'
import { keepToMoment } from './keep-to-moment.ts'
import { recordAttempt } from './record-attempt.ts'
import { notReplicated, type Written } from './replicas.ts'
import { reportAttempt } from './report-attempt.ts'
import { send, sendConditions } from './send.ts'
import { attemptSpan, noteBeginning } from './trace-attempt.ts'
import { verifyAttempt } from './verify-attempt.ts'

/**
 * What becomes of a callback whose job was admitted (admission.ts): begin → send → classify → decide → record → instruct; or, where an
 * earlier attempt is in doubt, the question whether that was booked. Throws only when Redis or the code is broken.
 */
export async function runAttempt(work: Work, signal: AbortSignal): Promise<Instruction> {
  const conditions = sendConditions(work.context, signal)
  const tracer = currentTracer()
  if (tracer === undefined) return await beginAndContinue(work, conditions)
  return await tracer.inSpan(await attemptSpan(work), (span) =>
    beginAndContinue({ ...work, span }, conditions),
  )
}

async function beginAndContinue(work: Work, conditions: SendConditions): Promise<Instruction> {
  const beginning = await beginAttempt(work)
  if (work.span !== undefined) noteBeginning(work, work.span, beginning.reply)
  return await continueAttempt(work, beginning, conditions)
}

async function continueAttempt(
  work: Work,
  { reply: beginning, missing }: Written<BeginResult>,
  conditions: SendConditions,
): Promise<Instruction> {
  switch (beginning.kind) {
    case 'begun': {
      const { clock } = work.context
      if (missing === undefined) await keepToMoment({ clock, ...work }, conditions.signal)
      const startedAtMs = clock.now()
      const begun = { startedAtMs, ...opened(work, beginning) }
      const { traceparent } = beginning
      const answer =
        missing === undefined
          ? await send(begun, { traceparent, ...conditions })
          : notReplicated(missing)
      return await conclude(answered(begun, answer))
    }
    case 'unsettled':
      return await conclude(lost(opened(work, beginning)))
    case 'unverified':
      return await verifyAttempt(opened(work, beginning), conditions)
    case 'refused':
      return { kind: 'hand-back' }
    case 'expired':
      return await expire(work, decodeStoredIntent(beginning.intent))
    case 'not-due':
      return { kind: 'delay', untilMs: epochMsOf(beginning.dueAt) }
    case 'ended':
      return skip(work, `the callback is ${beginning.state}`)
    case 'missing':
      return skip(work, 'the ledger knows no such callback')
    case 'unknown-version':
      throw new Error(`the ledger has version ${beginning.version}; this worker knows version 1`)
  }
}

async function conclude(attempt: ConcludedAttempt): Promise<Instruction> {
  const { outcome, context } = attempt
  const nowMs = context.clock.now()
  const decision = decide(outcome, circumstancesOf(attempt, nowMs), context)
  const settlement = await recordAttempt(attempt, decision, nowMs)
  reportAttempt(attempt, decision, settlement)
  return instruct(settlement, decision, context.clock)
}

function opened<Open extends OpenAttempt>(work: Work, open: Open): OpenedAttempt & { open: Open } {
  return { open, intent: decodeStoredIntent(open.intent), ...work }
}

function skip({ job, context }: Work, why: string): Instruction {
  const { destination } = context.store.ref
  context.observe({ event: 'job.skipped', destination, id: job.id, why })
  return { kind: 'finish' }
}
