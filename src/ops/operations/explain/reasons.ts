import type {
  BookedCallback,
  CancelledCallback,
  DeadCallback,
  WaitingCallback,
} from '../../../shared/store/ledger/callback-record.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import { plainTime } from '../../text/plain-time.ts'
import { describeBreaker, describePause, rateInWords } from '../control/describe-holds.ts'
import { unknowns, usualRate } from '../control/estimate.ts'
import type { ShownControl } from '../control/shown-control.ts'

export interface Reason {
  code:
    | 'not-due'
    | 'next-attempt'
    | 'not-taken-in'
    | 'paused'
    | 'breaker-open'
    | 'no-worker'
    | 'turn'
    | 'due'
    | 'attempt-under-way'
    | 'in-doubt'
    | 'cancel-requested'
    | 'expired'
    | 'expires-first'
    | 'ended'
    | 'unknown'
  message: string
  /** ISO: until when it is so, where that is known. */
  until?: string
}

interface Waiting {
  control: ShownControl
  before: number | undefined
  nowMs: number
}

/** What keeps a callback from being sent: what concerns it alone first, then what holds all of its destination. */
export function reasonsToWait(record: WaitingCallback, waiting: Waiting): Reason[] {
  const { state, expiresAt, uncertainSince } = record
  const { nowMs, control } = waiting
  const cancelled = cancelReasons(record)
  if (state === 'attempting') return [underWay(record, nowMs), ...cancelled]
  const mayExpire = expiresAt !== undefined && uncertainSince === undefined
  if (mayExpire && isPast(expiresAt, nowMs)) return [outOfTime(expiresAt, nowMs)]
  const reasons = [
    ...ownReasons(record, nowMs),
    ...cancelled,
    ...holdReasons(control, nowMs),
    ...turnReasons(waiting),
  ]
  return reasons.length > 0 ? reasons : [simplyDue(record, nowMs)]
}

export function describeEnd(record: BookedCallback | DeadCallback | CancelledCallback): Reason {
  return { code: 'ended', message: endInWords(record) }
}

function endInWords(record: BookedCallback | DeadCallback | CancelledCallback): string {
  switch (record.state) {
    case 'booked':
      return `booked: Salesforce has created ContactRequest ${record.recordId}`
    case 'dead':
      return `dead letter (${record.reason}): ${saidBy(record)}`
    case 'cancelled':
      return `cancelled${byWhom(record)}`
  }
}

/** The opened attempt is the newest of those that are kept. */
function underWay({ attempts, history }: WaitingCallback, nowMs: number): Reason {
  const since = history.at(-1)?.startedAt
  const when = since === undefined ? '' : ` since ${plainTime(since, nowMs)}`
  return { code: 'attempt-under-way', message: `attempt ${attempts} is under way${when}` }
}

function outOfTime(expiresAt: string, nowMs: number): Reason {
  const message = `its time was over ${plainTime(expiresAt, nowMs)}: it ends as expired, and is not sent`
  return { code: 'expired', message }
}

function ownReasons(record: WaitingCallback, nowMs: number): Reason[] {
  const { state, attempts, nextAttemptAt, dueAt, uncertainSince } = record
  const due = nextAttemptAt ?? dueAt
  const until = due !== undefined && !isPast(due, nowMs) ? due : undefined
  if (uncertainSince !== undefined) {
    const next = until === undefined ? '' : `, next ${plainTime(until, nowMs)}`
    const message = `attempt ${attempts} may have booked it: Salesforce is asked whether it did${next}`
    return [withUntil({ code: 'in-doubt', message }, until)]
  }
  const taken: Reason[] =
    state === 'accepted'
      ? [{ code: 'not-taken-in', message: 'no worker has taken it off the inbox yet' }]
      : []
  if (until === undefined) return taken
  if (state !== 'retrying') {
    const message = `it is not due until ${plainTime(until, nowMs)}`
    return [{ code: 'not-due', message, until }, ...taken]
  }
  const message = `attempt ${attempts + 1} is due ${plainTime(until, nowMs)}; attempt ${attempts} came to ${saidBy(record)}`
  return [{ code: 'next-attempt', message, until }]
}

function cancelReasons(record: WaitingCallback): Reason[] {
  if (record.cancelRequestedAt === undefined) return []
  const message = `cancelled${byWhom(record)}: it ends as soon as it is known not to be booked`
  return [{ code: 'cancel-requested', message }]
}

function holdReasons({ dispatchPause, breaker, workers }: ShownControl, nowMs: number): Reason[] {
  const reasons: Reason[] =
    workers === 0 ? [{ code: 'no-worker', message: unknowns['no-worker'] }] : []
  if (dispatchPause !== undefined) {
    const message = `paused${describePause(dispatchPause, nowMs)}`
    reasons.push(withUntil({ code: 'paused', message }, dispatchPause.until))
  }
  if (breaker.state === 'open' || breaker.state === 'half-open') {
    const message = describeBreaker(breaker, nowMs)
    const until = breaker.state === 'open' ? breaker.nextProbeAt : undefined
    reasons.push(withUntil({ code: 'breaker-open', message }, until))
  }
  return reasons
}

function turnReasons({ before, control }: Waiting): Reason[] {
  if (before === undefined) return []
  const { rate, breaker } = control
  const place = before === 0 ? 'it is the next' : `${before} that are due go before it`
  const isHeld = rate.current === 0
  const current = isHeld ? usualRate(rate) : rate.current
  const later = isHeld ? ' once callbacks are sent again' : ''
  const speed = typeof current === 'number' ? `, at ${rateInWords(current)}${later}` : ''
  const rising = breaker.state === 'ramp' ? ', and rising after an outage' : ''
  return [{ code: 'turn', message: `it waits for its turn: ${place}${speed}${rising}` }]
}

function simplyDue({ nextAttemptAt, dueAt }: WaitingCallback, nowMs: number): Reason {
  const due = nextAttemptAt ?? dueAt
  const since = due === undefined ? '' : ` since ${plainTime(due, nowMs)}`
  const message = `it is due${since}, and goes as soon as a worker comes to it. If that takes minutes: see "Ledger and queue disagree" in docs/runbook.md`
  return { code: 'due', message }
}

function saidBy({ code, message }: { code: string | undefined; message: string | undefined }) {
  const said = [code, message].filter((text) => text !== undefined && text !== '')
  return said.length === 0 ? 'nothing that is known' : said.join(': ')
}

function byWhom({ cancelledBy, cancelReason }: WaitingCallback | CancelledCallback): string {
  const who = cancelledBy === undefined ? '' : ` by ${cancelledBy}`
  return cancelReason === undefined ? who : `${who} (${cancelReason})`
}

function withUntil(reason: Reason, until: string | undefined): Reason {
  return until === undefined ? reason : { ...reason, until }
}

function isPast(iso: string, nowMs: number): boolean {
  return epochMsOf(iso) <= nowMs
}
