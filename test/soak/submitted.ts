import type { DestinationName } from './destinations.ts'
import type { Submission } from './submissions.ts'

/** What producers have submitted, and the answers they were given. */
export interface Submitted {
  /** What producers have begun to submit. */
  begun: Set<Submission>
  /** Id → destination. */
  accepted: Map<string, DestinationName>
  /** Answers that nothing new had happened. */
  duplicates: number
  /** Answers that it was not accepted, by code. */
  refused: Record<string, number>
  /** Raw strays that Redis took with an id older than the grace. */
  longStrayed: number
  /** Submissions without an answer, which were repeated. */
  unanswered: number
}

export function nothingSubmitted(): Submitted {
  const counts = { duplicates: 0, refused: {}, longStrayed: 0, unanswered: 0 }
  return { begun: new Set(), accepted: new Map(), ...counts }
}
