import type { ErrorCode } from '../errors/errors.ts'
import type { Problem } from './problem.ts'
import type { State } from './states.ts'

/** The promise stands: Redis holds it. Times are ISO 8601 in UTC; `acceptedAt` is Redis' own clock. */
export type Enqueued =
  | { kind: 'accepted'; id: string; acceptedAt: string; dueAt: string }
  /** The same content is there already, in this state. Nothing new happens. */
  | { kind: 'duplicate'; id: string; state: State }

/** One item of many that was not accepted. The others are not affected. */
export interface Refused {
  kind: 'refused'
  code: ErrorCode
  message: string
  problems: readonly Problem[]
}

export type EnqueueAnswer = Enqueued | Refused
