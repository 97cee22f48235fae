import { epochMsOf } from '../../../shared/time/timestamp.ts'
import type { Rate, ShownControl, ShownRate } from './shown-control.ts'

/** When so many callbacks that are due will have been sent, if all stays as it is; or why nobody can know. */
export type Estimate = { kind: 'known'; atMs: number } | { kind: 'unknown'; why: Unknown }

export const unknowns = {
  'no-worker': 'no worker is alive',
  paused: 'it is paused, and nobody has said until when',
  'breaker-open': 'Salesforce is failing',
  'rate-unknown': 'the rate is not known',
  'no-limit': 'there is no limit to the rate, and nothing is being sent',
  'nothing-left': 'as much comes in as the rate lets out',
} as const

export type Unknown = keyof typeof unknowns

export interface Load {
  /** Callbacks that are due. */
  due: number
  /** How many become due a second meanwhile, which take of the rate. */
  arriving: number
  /** Attempts a second as they are made: what there is to go by where the rate has no limit. */
  attempts: number
}

/** By the rate that holds once a ramp or a limit is over: both end by themselves, and soon. */
export function estimate(load: Load, control: ShownControl, nowMs: number): Estimate {
  const hold = holdWithoutEnd(control)
  if (hold !== undefined) return { kind: 'unknown', why: hold }
  const until = control.dispatchPause?.until
  const fromMs = until === undefined ? nowMs : Math.max(nowMs, epochMsOf(until))
  if (load.due === 0) return { kind: 'known', atMs: fromMs }
  const rate = usualRate(control.rate)
  if (rate === undefined) return { kind: 'unknown', why: 'rate-unknown' }
  const speed = rate === 'none' ? load.attempts : rate
  if (speed === 0) return { kind: 'unknown', why: 'no-limit' }
  const left = speed - load.arriving
  if (left <= 0) return { kind: 'unknown', why: 'nothing-left' }
  return { kind: 'known', atMs: Math.ceil(fromMs + (load.due / left) * 1_000) }
}

/** What holds a destination back, where nobody knows when that ends. */
function holdWithoutEnd(control: ShownControl): Unknown | undefined {
  const { workers, breaker, dispatchPause } = control
  if (workers === 0) return 'no-worker'
  if (breaker.state === 'open' || breaker.state === 'half-open') return 'breaker-open'
  return dispatchPause !== undefined && dispatchPause.until === undefined ? 'paused' : undefined
}

/** When nothing holds it back. */
export function usualRate({ override, configured, current }: ShownRate): Rate | undefined {
  return override?.rate ?? configured ?? (current === 0 ? undefined : current)
}
