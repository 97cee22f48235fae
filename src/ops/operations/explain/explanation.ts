import type { State } from '../../../shared/contract/states.ts'
import type {
  CallbackStatus,
  WaitingCallback,
} from '../../../shared/store/ledger/callback-record.ts'
import { epochMsOf, isoTimestamp } from '../../../shared/time/timestamp.ts'
import { plainTime } from '../../text/plain-time.ts'
import { estimate } from '../control/estimate.ts'
import type { ShownControl } from '../control/shown-control.ts'
import { describeEnd, reasonsToWait, type Reason } from './reasons.ts'

export interface Explanation {
  id: string
  state: State | 'unknown'
  /** What keeps it from being sent, the first thing first; of one that has ended, how. */
  reasons: Reason[]
  /** ISO, at the earliest; absent where nobody can know. */
  expectedAt?: string
}

/** What is known beside the callback's own record. */
export interface Circumstances {
  control: ShownControl
  /** How many of those that are due go before it; undefined if it is not among them. */
  before: number | undefined
  nowMs: number
}

export function explain(record: CallbackStatus, circumstances: Circumstances): Explanation {
  const { id, state } = record
  if (!isWaiting(record)) return { id, state, reasons: [describeEnd(record)] }
  const reasons = reasonsToWait(record, circumstances)
  const expectedMs = expectedAtMs(record, circumstances)
  if (expectedMs === undefined) return { id, state, reasons }
  const { expiresAt } = record
  if (expiresAt === undefined || expectedMs < epochMsOf(expiresAt)) {
    return { id, state, reasons, expectedAt: isoTimestamp(expectedMs) }
  }
  const message = `its time is over before its turn: it expires ${plainTime(expiresAt, circumstances.nowMs)}`
  return { id, state, reasons: [...reasons, { code: 'expires-first', message, until: expiresAt }] }
}

export function explainUnknown(id: string, inInbox: number): Explanation {
  const message = 'no callback with this id is known'
  const entries = inInbox === 1 ? '1 entry waits' : `${inInbox} entries wait`
  const perhaps = inInbox === 0 ? '' : `; ${entries} in the inbox, and it may be among them`
  return { id, state: 'unknown', reasons: [{ code: 'unknown', message: `${message}${perhaps}` }] }
}

function isWaiting(record: CallbackStatus): record is WaitingCallback {
  return !['booked', 'dead', 'cancelled'].includes(record.state)
}

/** When it is sent if everything stays as it is. What comes in meanwhile goes after it. */
function expectedAtMs(
  record: WaitingCallback,
  { control, before, nowMs }: Circumstances,
): number | undefined {
  if (record.state === 'attempting' || record.uncertainSince !== undefined) return undefined
  const dueMs = epochMsOf(record.nextAttemptAt ?? record.dueAt ?? '')
  const isDue = dueMs <= nowMs
  if (isDue && before === undefined) return undefined
  // Without a limit it goes as soon as there is a worker for it.
  const load = { due: isDue ? (before ?? 0) : 0, arriving: 0, attempts: Infinity }
  const turn = estimate(load, control, nowMs)
  return turn.kind === 'known' ? Math.max(dueMs, turn.atMs) : undefined
}
