import { plainTime } from '../../text/plain-time.ts'
import type { ShownBreaker, ShownControl, ShownPause, ShownRate } from './shown-control.ts'

export interface Hold {
  kind: 'paused' | 'failing' | 'recovering' | 'intake-paused' | 'rate-set' | 'slowed'
  /** What holds the destination back, since when and why. */
  message: string
}

/** Everything that keeps a destination from what it is configured for, the weightiest first. */
export function describeHolds(control: ShownControl, nowMs: number): Hold[] {
  const { dispatchPause, intakePause, breaker, rate } = control
  return [
    ...(dispatchPause
      ? [{ kind: 'paused', message: `paused${describePause(dispatchPause, nowMs)}` } as const]
      : []),
    ...describeBreakerHold(breaker, rate, nowMs),
    ...(intakePause
      ? [
          {
            kind: 'intake-paused',
            message: `new callbacks are refused: paused${describePause(intakePause, nowMs)}`,
          } as const,
        ]
      : []),
    ...describeRateHolds(rate, nowMs),
  ]
}

export function describePause({ since, until, by, reason }: ShownPause, nowMs: number): string {
  const who = by === undefined ? '' : ` by ${by}`
  const end = until === undefined ? '' : `, until ${plainTime(until, nowMs)}`
  return `${who} since ${plainTime(since, nowMs)}${end}${because(reason)}`
}

/** Of one that is open or half-open. */
export function describeBreaker(breaker: ShownBreaker, nowMs: number): string {
  const { state, since = '', code, message, nextProbeAt = '' } = breaker
  const error = [code, message].filter((text) => text !== undefined && text !== '').join(': ')
  const failing = `Salesforce is failing since ${plainTime(since, nowMs)}${because(unended(error))}`
  return state === 'half-open'
    ? `${failing}; a probe is under way, or goes with the next callback`
    : `${failing}; next probe ${plainTime(nextProbeAt, nowMs)}`
}

/** A sentence that goes on. */
function unended(text: string): string {
  return text.replace(/\.$/, '')
}

function describeBreakerHold(breaker: ShownBreaker, rate: ShownRate, nowMs: number): Hold[] {
  if (breaker.state === 'closed') return []
  if (breaker.state !== 'ramp')
    return [{ kind: 'failing', message: describeBreaker(breaker, nowMs) }]
  const since = plainTime(breaker.since ?? '', nowMs)
  const message = `Salesforce answers again after failing since ${since}; the rate is rising${currently(rate)}`
  return [{ kind: 'recovering', message }]
}

function describeRateHolds(rate: ShownRate, nowMs: number): Hold[] {
  const { override, slowed } = rate
  const holds: Hold[] = []
  if (override !== undefined) {
    const who = override.by === undefined ? '' : ` by ${override.by}`
    const when = plainTime(override.at, nowMs)
    const message = `the rate was set to ${rateInWords(override.rate)}${who} at ${when}${because(override.reason)}`
    holds.push({ kind: 'rate-set', message })
  }
  if (slowed) {
    const message = `Salesforce has named a limit: the rate is lowered, and rises again by itself${currently(rate)}`
    holds.push({ kind: 'slowed', message })
  }
  return holds
}

export function rateInWords(rate: number | 'none'): string {
  return rate === 'none' ? 'no limit' : `${Number(rate.toPrecision(3))} a second`
}

function currently({ current }: ShownRate): string {
  return current === undefined ? '' : ` (now ${rateInWords(current)})`
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${reason}`
}
