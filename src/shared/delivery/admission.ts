/** What lets an attempt be opened. Begin looks once more whether it still holds. */
export interface Pass {
  /** Unique to the attempt it is for; undefined where any number may be opened by it. */
  readonly claim: string | undefined
  /** Of the control record it was given by. */
  readonly version: string
  /** What the breaker is open for, if this is its probe. */
  readonly probeOf: string | undefined
}

export const holdReasons = ['paused', 'breaker-open'] as const

export type HoldReason = (typeof holdReasons)[number]

/** Whether a callback may go, and when. */
export type Admission =
  /** One may, so many ms from now; the next one `gapMs` later. */
  | { kind: 'go'; afterMs: number; gapMs: number; pass: Pass }
  /** Nothing is limited: any number may, until something is. */
  | { kind: 'free'; pass: Pass }
  /** None may. To be asked again after `ms`. */
  | { kind: 'held'; reason: HoldReason; ms: number }
  /** Not yet: it is too early for the next one, or too many are under way. */
  | { kind: 'wait'; ms: number }
  /** Nothing is due. */
  | { kind: 'idle' }
