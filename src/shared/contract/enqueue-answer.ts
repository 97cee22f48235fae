import type { ErrorCode } from '../errors/errors.ts'
import type { Problem } from '../errors/problem.ts'
import type { State } from './states.ts'

/** The promise stands: Redis holds it. Times are ISO 8601 in UTC; `acceptedAt` is Redis' own clock. */
export type Enqueued =
  | { kind: 'accepted'; id: string; acceptedAt: string; dueAt: string }
  /** The same content is there already, in this state. Nothing new happens. */
  | { kind: 'duplicate'; id: string; state: State }

/** One item of many that was not accepted. The others are not affected. */
export interface Refused {
  kind: 'refused'
  /** As submitted, or derived; undefined where what was submitted has none that could be used. */
  id: string | undefined
  code: RefusalCode
  message: string
  problems: readonly Problem[]
}

/** What may be wrong with one item. */
export type RefusalCode = Extract<
  ErrorCode,
  'invalid-intent' | 'id-conflict' | 'unknown-record' | 'sealing-required'
>

export type EnqueueAnswer = Enqueued | Refused

/** One answer of many, and which item it is about: the first one has the index 0. */
export type IndexedAnswer = EnqueueAnswer & { index: number }
