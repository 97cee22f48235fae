import { deadReasons, type DeadReason } from '../../contract/states.ts'
import {
  callback,
  inbox,
  intake,
  results,
  retrying,
  schedule,
  stats,
} from '../../redis/destination-keys.ts'
import { asList, asOneOf, asText, unexpected } from '../../redis/reply.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { defineScript } from '../../redis/script.ts'
import { asideKinds, isAside, type Aside } from './aside.ts'

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

interface ByEntry extends CancelInput {
  /** Of the inbox, where this was said there. */
  entryId: string | undefined
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

const cancelInLedger = defineScript<ByEntry, Cancellation | Aside>({
  name: 'cancel',
  beside: import.meta.url,
  keys: { callback, inbox, results, stats, intake, retrying, schedule },
  args: ['id', 'by', 'why', 'now', 'nowMs', 'retentionMs', 'group', 'entryId'],
  decode: decodeCancellation,
})

export async function cancel(store: DestinationStore, input: CancelInput): Promise<Cancellation> {
  const reply = await cancelInLedger(store, { ...input, entryId: undefined })
  if (isAside(reply)) throw unexpected(reply.kind)
  return reply
}

/** The same, as an entry of the inbox says. Safe to repeat. */
export function cancelByEntry(
  store: DestinationStore,
  input: CancelInput & { entryId: string },
): Promise<Cancellation | Aside> {
  return cancelInLedger(store, input)
}

function decodeCancellation(reply: unknown): Cancellation | Aside {
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
      return { kind: asOneOf(kind, asideKinds) }
  }
}
