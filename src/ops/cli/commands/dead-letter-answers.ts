import type {
  DeadLetterSummary,
  discardDeadLetter,
  redriveDeadLetter,
  resolveDeadLetter,
} from '../../../shared/store/dead-letters/dead-letters.ts'

/** A page of dead letters. */
export interface DeadLetterPage {
  destination: string
  total: number
  offset: number
  deadLetters: readonly DeadLetterSummary[]
  /** Destinations that have dead letters and are not configured here. */
  otherDestinations: readonly string[]
}

/** What became of the wish to redrive one dead letter. */
export interface Redrive {
  id: string
  outcome: Awaited<ReturnType<typeof redriveDeadLetter>>
  warnings: string[]
}

/** What whoever redrives a dead letter has to know before. */
export interface Warning {
  id: string
  warning: string
}

/** What became of the wish to discard one dead letter. */
export interface Discard {
  id: string
  outcome: Awaited<ReturnType<typeof discardDeadLetter>>
}

/** What became of the answer to whether a callback was booked. */
export interface Resolved {
  id: string
  outcome: Awaited<ReturnType<typeof resolveDeadLetter>>
  recordId: string | undefined
}
