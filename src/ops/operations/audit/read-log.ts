import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { AuditEntry } from '../../../shared/store/audit/audit-entry.ts'
import { readAudit } from '../../../shared/store/audit/read-audit.ts'
import { pseudonymOf } from '../../../shared/telemetry/pseudonym.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { withPartitions, type Partitions } from '../destination/any-destination.ts'
import { inOrder, olderFirst } from '../destination/in-order.ts'

export interface LogRequest {
  destination?: string | undefined
  sinceMs?: number | undefined
  /** What was done before. */
  untilMs?: number | undefined
  who?: string | undefined
  action?: string | undefined
  /** Entries before this one: where a page ended. */
  before?: string | undefined
  limit: number
}

export interface LogEntry {
  entryId: string
  /** ISO. */
  at: string
  who: string
  /** By which traces name them. */
  pseudonym: string
  face: string
  action: string
  what: AuditEntry['what']
  reason?: string
  counts: AuditEntry['counts']
  /** Of a destination in several: where it was done. */
  partition?: string
}

export interface OperatorsLog {
  destination: string
  /** The newest first. */
  entries: LogEntry[]
  /** Where the next page begins; undefined: there is none. */
  next?: string
}

const pageSize = 500

/** Who did what at a destination, the newest first; what was done in all its partitions, in each. */
export function readLog(config: StoreConfig, request: LogRequest): Promise<OperatorsLog> {
  const { limit } = request
  return withPartitions(config, request.destination, async (stores) => {
    const { destination } = stores[0].ref
    const entries: LogEntry[] = []
    for await (const entry of logOf(stores, request)) {
      const last = entries.at(-1)
      // A page goes on behind an id: those of one are not torn apart.
      const isFull = entries.length >= limit && last !== undefined
      if (isFull && last.entryId !== entry.entryId) {
        return { destination, entries, next: last.entryId }
      }
      entries.push(entry)
    }
    return { destination, entries }
  })
}

function logOf(stores: Partitions, request: LogRequest): AsyncGenerator<LogEntry> {
  const isOne = stores.length === 1
  const logs = stores.map(async function* (store) {
    const partition = isOne ? {} : { partition: store.ref.destination }
    for await (const entry of entriesOf(store, request)) {
      if (!isMeant(entry, request)) continue
      const pseudonym = pseudonymOf(store.ref.namespace, entry.who)
      yield { ...shown(entry), pseudonym, ...partition }
    }
  })
  return inOrder(logs, (one, other) => olderFirst(other, one))
}

async function* entriesOf(
  store: DestinationStore,
  { before, sinceMs = 0, untilMs }: LogRequest,
): AsyncGenerator<AuditEntry> {
  // An entry of that very moment is left out: ids begin at 0.
  let end = before ?? (untilMs === undefined ? undefined : `${untilMs}-0`)
  for (;;) {
    const page = await readAudit(store, { before: end, sinceMs, count: pageSize })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    end = last.entryId
  }
}

function isMeant(entry: AuditEntry, { who, action }: LogRequest): boolean {
  return (
    (who === undefined || entry.who === who) && (action === undefined || entry.action === action)
  )
}

function shown({
  entryId,
  atMs,
  who,
  face,
  action,
  what,
  reason,
  counts,
}: AuditEntry): Omit<LogEntry, 'pseudonym'> {
  return {
    entryId,
    at: isoTimestamp(atMs),
    who,
    face,
    action,
    what,
    ...(reason !== undefined && { reason }),
    counts,
  }
}
