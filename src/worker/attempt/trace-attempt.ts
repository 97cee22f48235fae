import { readSubmissionTrace } from '../../shared/store/ledger/submission-trace.ts'
import { traceOfAttempt } from '../../shared/store/ledger/attempt-record.ts'
import type { BeginResult } from '../../shared/store/ledger/begin.ts'
import type { AttemptSettled, AttemptVerified } from '../../shared/telemetry/events.ts'
import { messagingSpan } from '../../shared/telemetry/messaging-span.ts'
import type { OpenSpan, SpanStart } from '../../shared/telemetry/traces.ts'
import type { Work } from './attempt.ts'

/**
 * A trace of its own, linked to the submission: a callback may wait for days, and be attempted many times, and no trace is kept
 * open for so long. Unless somebody wants it to be: then it is within that of the submission, where it has one.
 */
export async function attemptSpan(work: Work): Promise<SpanStart> {
  const { store, attemptSpans } = work.context
  const parent =
    attemptSpans === 'nested' ? await readSubmissionTrace(store, work.job.id) : undefined
  const start = messagingSpan('attempt', subjectOf(work))
  return { isRoot: true, parent, showsScripts: true, ...start }
}

/** Only now it is known what there is to do, and what it follows from. */
export function noteBeginning(work: Work, span: OpenSpan, beginning: BeginResult): void {
  switch (beginning.kind) {
    case 'begun':
      if (work.context.attemptSpans !== 'nested') span.linkTo(beginning.traceparent)
      linkToAttempt(span, beginning.recordBefore)
      return
    case 'unsettled':
      linkToAttempt(span, beginning.record)
      return
    case 'unverified': {
      const { name, facts } = messagingSpan('verify', subjectOf(work))
      span.rename(name)
      span.note(facts)
      linkToAttempt(span, beginning.record)
      return
    }
    default:
      span.note({ 'ringback.not_attempted': beginning.kind })
  }
}

function linkToAttempt(span: OpenSpan, record: string | undefined): void {
  if (record !== undefined) span.linkTo(traceOfAttempt(record))
}

function subjectOf({ job, context }: Work) {
  return { destination: context.store.ref.destination, id: job.id }
}

export function noteAttempt(span: OpenSpan, settled: AttemptSettled): void {
  const { outcome, code, state } = settled
  span.note({
    'ringback.generation': settled.generation,
    'ringback.attempt': settled.attempt,
    'ringback.outcome': outcome,
    'ringback.code': wordOf(code),
    'ringback.state': state,
    'ringback.reason': settled.reason,
    'ringback.settlement': settled.settlement,
    'ringback.followed': settled.followed,
    'ringback.phase': settled.phase,
    'ringback.lateness_ms': settled.latenessMs,
  })
  if (outcome !== 'booked' || state === 'dead') span.fail(wordOf(code) ?? outcome)
}

export function noteVerdict(span: OpenSpan, verified: AttemptVerified): void {
  const { verdict, code, state } = verified
  span.note({
    'ringback.attempt': verified.attempt,
    'ringback.verdict': verdict,
    'ringback.code': wordOf(code),
    'ringback.state': state,
    'ringback.reason': verified.reason,
    'ringback.settlement': verified.settlement,
  })
  if (verdict === 'unknown' || state === 'dead') span.fail(wordOf(code) ?? verdict)
}

/** A search may be refused with whatever Salesforce writes in place of a code. Three digits are a status. */
function wordOf(code: string | undefined): string | undefined {
  if (code === undefined) return undefined
  return /^[A-Za-z_-]{1,64}(?:-\d{3})?$/.test(code) ? code : 'other'
}
