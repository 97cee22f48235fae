import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { AuditEntry } from '../../../shared/store/audit/audit-entry.ts'
import { readAudit } from '../../../shared/store/audit/read-audit.ts'
import { pseudonymOf } from '../../../shared/telemetry/pseudonym.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { withAnyDestination } from '../destination/any-destination.ts'

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
}

export interface OperatorsLog {
  destination: string
  /** The newest first. */
  entries: LogEntry[]
  /** Where the next page begins; undefined: there is none. */
  next?: string
}

const pageSize = 500

/** Who did what at a destination, the newest first. */
export function readLog(config: StoreConfig, request: LogRequest): Promise<OperatorsLog> {
  const { destination, limit } = request
  return withAnyDestination(config, destination, async (store) => {
    const entries: LogEntry[] = []
    for await (const entry of entriesOf(store, request)) {
      if (!isMeant(entry, request)) continue
      const last = entries.at(-1)
      if (entries.length === limit && last !== undefined) {
        return { destination: store.ref.destination, entries, next: last.entryId }
      }
      entries.push({ ...shown(entry), pseudonym: pseudonymOf(store.ref.namespace, entry.who) })
    }
    return { destination: store.ref.destination, entries }
  })
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
