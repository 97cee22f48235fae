import type { Clock } from '../time/clock.ts'

/** What lets an attempt be opened. Begin looks once more whether it still holds. */
export interface Pass {
  /** Unique to the attempt it is for; undefined where any number may be opened by it. */
  readonly claim: string | undefined
  /** Of the control record it was given by. */
  readonly version: string
  /** What the breaker is open for, if this is its probe. */
  readonly probeOf: string | undefined
  /** Undefined: it may be used at any time. */
  readonly moment?: Moment | undefined
}

/** At which one may go, and how far it is from the next one. */
export interface Moment {
  /** By the monotonic clock. */
  readonly atMs: number
  readonly gapMs: number
}

export const holdReasons = ['paused', 'breaker-open'] as const

export type HoldReason = (typeof holdReasons)[number]

/** Whether a callback may go, and when. */
export type Admission =
  /** One may, so many ms from now, or before now; the next one `gapMs` later. */
  | { kind: 'go'; afterMs: number; gapMs: number; pass: Pass }
  /** Nothing is limited: any number may, until something is. */
  | { kind: 'free'; pass: Pass }
  /** None may. To be asked again after `ms`. */
  | { kind: 'held'; reason: HoldReason; ms: number }
  /** Not yet: it is too early for the next one, or too many are under way. */
  | { kind: 'wait'; ms: number }
  /** Nothing is due. */
  | { kind: 'idle' }

export function momentOf(
  { afterMs, gapMs }: Extract<Admission, { kind: 'go' }>,
  clock: Pick<Clock, 'monotonic'>,
): Moment {
  return { atMs: clock.monotonic() + afterMs, gapMs }
}
