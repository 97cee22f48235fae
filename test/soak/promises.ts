import type { DestinationName } from './destinations.ts'
import type { Submission } from './submissions.ts'

/** What producers were told: the ids of which somebody has heard that they are safe. */
export interface Promised {
  /** What producers have begun with. */
  handedIn: Set<Submission>
  /** Id → destination. */
  accepted: Map<string, DestinationName>
  /** Answers that nothing new had happened. */
  duplicates: number
  /** Answers that it was not accepted, by code. */
  refused: Record<string, number>
  /** Raw strays that Redis took with an id older than the grace. */
  longStrayed: number
  /** Submissions without an answer, which were made again. */
  unanswered: number
}

export function nothingPromised(): Promised {
  const counts = { duplicates: 0, refused: {}, longStrayed: 0, unanswered: 0 }
  return { handedIn: new Set(), accepted: new Map(), ...counts }
}
