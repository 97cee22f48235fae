import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { AuditEntry } from '../../../shared/store/audit/audit-entry.ts'
import { readAudit } from '../../../shared/store/audit/read-audit.ts'
import { readServerTimeMs } from '../../../shared/store/server/server-time.ts'
import { createDestinationFinder } from '../destination/every-destination.ts'
import { withRedis } from '../destination/target.ts'
import { auditedActions, faces, type AuditedAction } from './note-action.ts'

/** What somebody has done, without who and to what. */
export interface CountedAction {
  action: string
  outcome: ActionOutcome
  face: string
}

export const actionOutcomes = ['done', 'nothing'] as const

/** `nothing`: it changed nothing. */
type ActionOutcome = (typeof actionOutcomes)[number]

/** Of an entry that somebody else has written, or a newer version: a label has no end otherwise. */
const unknown = 'other'

/** What of the counts of an entry says that something was changed. Undefined: whatever it counts. */
const changes: Record<AuditedAction, readonly string[] | undefined> = {
  redrive: ['redriven'],
  discard: ['discarded'],
  resolve: ['booked', 'redriven', 'cancelled'],
  cancel: ['cancelled', 'under-way'],
  reschedule: ['moved'],
  erase: undefined,
  pause: ['paused'],
  resume: ['resumed'],
  rate: ['set'],
  'start-run': ['done'],
  'pause-run': ['done'],
  'resume-run': ['done'],
  'abort-run': ['done'],
}

/** What operators have done since it was asked last, by whichever face; the first time, nothing. */
export function createActionReader(config: StoreConfig): () => Promise<CountedAction[]> {
  const find = createDestinationFinder(config)
  const newest = new Map<string, string>()
  let beganMs: number | undefined
  return () =>
    withRedis(config, async (redis) => {
      beganMs ??= Math.floor(await readServerTimeMs(redis))
      const first = `${beganMs}-0`
      const reading = (await find(redis)).map(async (store) => {
        const { destination } = store.ref
        const entries = await entriesAfter(store, newest.get(destination) ?? first)
        return { destination, entries }
      })
      const read = await Promise.all(reading)
      for (const { destination, entries } of read) {
        if (entries[0] !== undefined) newest.set(destination, entries[0].entryId)
      }
      return read.flatMap(({ entries }) => entries.map(counted))
    })
}

const pageSize = 500

/** The newest first. */
async function entriesAfter(store: DestinationStore, after: string): Promise<AuditEntry[]> {
  const sinceMs = Number.parseInt(after, 10)
  const found: AuditEntry[] = []
  for (;;) {
    const before = found.at(-1)?.entryId
    const page = await readAudit(store, { before, sinceMs, count: pageSize })
    const known = page.findIndex(({ entryId }) => entryId === after)
    found.push(...(known < 0 ? page : page.slice(0, known)))
    if (known >= 0 || page.length < pageSize) return found
  }
}

function counted({ action: written, face, counts }: AuditEntry): CountedAction {
  const action = auditedActions.find((each) => each === written)
  const good = action === undefined ? undefined : changes[action]
  const isDone = Object.entries(counts).some(
    ([outcome, count]) => count > 0 && (good === undefined || good.includes(outcome)),
  )
  return {
    action: action ?? unknown,
    outcome: isDone ? 'done' : 'nothing',
    face: faces.find((each) => each === face) ?? unknown,
  }
}
