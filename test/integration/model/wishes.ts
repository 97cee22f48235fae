import * as model from './state-table.ts'
import type { Callback, StateTable } from './state-table.ts'

/** What an entry of the inbox wants of one callback. */
export interface Wish {
  kind: 'cancel' | 'reschedule'
  entry: string
  id: string
}

/** What only Redis knows: by its clock, ISO. */
export interface Times {
  acceptedAt: string | null
  /** Where it is moved, when it is due then. */
  dueAtMs: number
}

/** Ids and times that anybody may give are two hours ahead; between two steps hardly a minute passes. */
const isAhead = (ms: number) => ms > Date.now() + 60_000

/** Of a script of the bridge. Says what it must answer. */
export function fulfil(table: StateTable, wish: Wish, times: Times): string {
  const { entry, id, kind } = wish
  const callback = table.callbacks.get(id)
  const aside = setAside(table, wish, { callback, ...times })
  if (aside !== undefined) return aside
  if (kind === 'cancel' || callback === undefined) return model.cancel(table, id)
  const isWaiting = !model.hasEnded(callback) && callback.state !== 'attempting'
  if (!isWaiting || callback.inDoubt) return model.reschedule(table, id, 0)
  if (callback.movedBy === entry) return 'moved'
  if (callback.movedBy !== undefined && !follows(entry, callback.movedBy)) return 'outdated'
  const said = timeOf(entry)
  if (said !== undefined && said < (callback.movedAt ?? '')) return 'outdated'
  callback.movedBy = entry
  return model.reschedule(table, id, times.dueAtMs)
}

interface About extends Times {
  callback: Callback | undefined
}

function setAside(
  { inbox }: StateTable,
  { entry }: Wish,
  { callback, acceptedAt }: About,
): string | undefined {
  if (!inbox.has(entry)) return 'done'
  if (callback !== undefined && !isMeantFor(callback, entry, acceptedAt)) return 'outdated'
  if (callback !== undefined && callback.state !== 'dead') return undefined
  const [oldest] = inbox.keys()
  if (oldest !== entry) return 'early'
  return callback?.submission === undefined ? 'missing' : undefined
}

/** It came after what is promised now. What was opened once only is told by its time, which may be some ms ahead of ids. */
function isMeantFor(callback: Callback, entry: string, acceptedAt: string | null): boolean {
  const opener = callback.entry ?? callback.openedBy
  if (opener !== undefined) return follows(entry, opener)
  const said = timeOf(entry, 10)
  return acceptedAt === null || said === undefined || said >= acceptedAt
}

/** An id that is ahead of the clock says nothing. */
function follows(entry: string, other: string): boolean {
  if (isAhead(Number(other.split('-')[0]))) return true
  const [[ms, seq], [otherMs, otherSeq]] = [halves(entry), halves(other)]
  return ms === otherMs ? seq > otherSeq : ms > otherMs
}

/** Undefined: now. */
function timeOf(entry: string, laterMs = 0): string | undefined {
  const ms = Number(entry.split('-')[0])
  return isAhead(ms) ? undefined : new Date(ms + laterMs).toISOString()
}

function halves(entry: string): [bigint, bigint] {
  const [ms = '0', seq = '0'] = entry.split('-')
  return [BigInt(ms), BigInt(seq)]
}
