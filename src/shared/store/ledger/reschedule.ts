import { deadReasons, states, type DeadReason, type State } from '../../contract/states.ts'
import { callback, expiries, inbox, schedule } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList, asOneOf, asText, unexpected } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import { epochMsOf } from '../../time/timestamp.ts'
import { asideKinds, isAside, type Aside } from './aside.ts'

export interface RescheduleInput {
  id: string
  /** Who moves it and why, as they say. Kept in the ledger; neither may hold a number. */
  by: string | undefined
  why: string | undefined
  /** So long after this was said, or then; neither: at once. */
  delayMs: number | undefined
  notBefore: string | undefined
}

interface ByEntry extends RescheduleInput {
  /** Of the inbox, where this was said there. */
  entryId: string | undefined
}

/** What its job has to be like from now on. */
export interface MovedCallback {
  dueAt: string
  /** Until it is due. */
  waitMs: number
  generation: number
  state: State
  /** Canonical JSON. */
  intent: string
  acceptedAt: string
}

/** What became of the wish to have it at another time. */
export type Rescheduling =
  | ({ kind: 'moved' } & MovedCallback)
  /** An attempt is under way, or in doubt: it is left as it is. */
  | { kind: 'under-way' }
  /** It would have expired by then: it is left as it is. */
  | { kind: 'expires-first'; expiresAt: string }
  | { kind: 'booked'; recordId: string }
  | { kind: 'dead'; reason: DeadReason }
  | { kind: 'cancelled'; at: string }
  | { kind: 'missing' }
  /** A newer version wrote this ledger. Nothing was done. */
  | { kind: 'unknown-version'; version: string }

const rescheduleInLedger = defineScript<ByEntry, Rescheduling | Aside>({
  name: 'reschedule',
  beside: import.meta.url,
  keys: { callback, inbox, expiries, schedule },
  args: ['id', 'by', 'why', 'delayMs', 'notBefore', 'entryId'],
  decode: decodeRescheduling,
})

export async function reschedule(
  store: DestinationStore,
  input: RescheduleInput,
): Promise<Rescheduling> {
  const reply = await rescheduleInLedger(store, { ...input, entryId: undefined })
  if (isAside(reply)) throw unexpected(reply.kind)
  return reply
}

/** The same, as an entry of the inbox says. Safe to repeat. */
export function rescheduleByEntry(
  store: DestinationStore,
  input: RescheduleInput & { entryId: string },
): Promise<Rescheduling | Aside> {
  return rescheduleInLedger(store, input)
}

function decodeRescheduling(reply: unknown): Rescheduling | Aside {
  const [kind, detail, ...rest] = asList(reply)
  switch (kind) {
    case 'moved':
      return { kind, ...decodeMoved(asText(detail), rest) }
    case 'under-way':
    case 'missing':
      return { kind }
    case 'expires-first':
      return { kind, expiresAt: asText(detail) }
    case 'booked':
      return { kind, recordId: asText(detail) }
    case 'dead':
      return { kind, reason: asOneOf(detail, deadReasons) }
    case 'cancelled':
      return { kind, at: asText(detail) }
    case 'unknown-version':
      return { kind, version: asText(detail) }
    default:
      return { kind: asOneOf(kind, asideKinds) }
  }
}

function decodeMoved(
  dueAt: string,
  [nowMs, generation, state, intent, acceptedAt]: unknown[],
): MovedCallback {
  return {
    dueAt,
    waitMs: Math.max(0, epochMsOf(dueAt) - Number(nowMs)),
    generation: Number(generation),
    state: asOneOf(state, states),
    intent: asText(intent),
    acceptedAt: asText(acceptedAt),
  }
}
