import { deadReasons, type DeadReason } from '../../contract/states.ts'
import { callback, inbox, intake, results, retrying, stats } from '../../redis/destination-keys.ts'
import { asList, asOneOf, asText, unexpected } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

export interface CancelInput {
  id: string
  /** Who cancels and why, as they say. Kept in the ledger; neither may hold a number. */
  by: string | undefined
  why: string | undefined
  now: string
  nowMs: number
  retentionMs: number
  group: string
}

/** What became of a cancellation. */
export type Cancellation =
  /** Nothing is sent any more; `at`: since when. A job may be left, which would find nothing to do. */
  | { kind: 'cancelled'; at: string; generation: number }
  /** An attempt is under way, or in doubt: it ends as cancelled if that turns out not to be booked. */
  | { kind: 'under-way' }
  | { kind: 'booked'; recordId: string }
  | { kind: 'dead'; reason: DeadReason }
  | { kind: 'missing' }
  /** A newer version wrote this ledger. Nothing was done. */
  | { kind: 'unknown-version'; version: string }

export const cancel = defineScript<CancelInput, Cancellation>({
  name: 'cancel',
  beside: import.meta.url,
  keys: { callback, inbox, results, stats, intake, retrying },
  args: ['id', 'by', 'why', 'now', 'nowMs', 'retentionMs', 'group'],
  decode: decodeCancellation,
})

function decodeCancellation(reply: unknown): Cancellation {
  const [kind, detail, generation] = asList(reply)
  switch (kind) {
    case 'cancelled':
      return { kind, at: asText(detail), generation: Number(generation) }
    case 'under-way':
    case 'missing':
      return { kind }
    case 'booked':
      return { kind, recordId: asText(detail) }
    case 'dead':
      return { kind, reason: asOneOf(detail, deadReasons) }
    case 'unknown-version':
      return { kind, version: asText(detail) }
    default:
      throw unexpected(kind)
  }
}
