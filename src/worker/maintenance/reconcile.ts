import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { inspect } from '../../shared/store/reconciliation/inspect.ts'
import { unlist } from '../../shared/store/dead-letters/unlist.ts'
import { readDeadLetterPage } from '../../shared/store/walk/dead-letter-page.ts'
import type { PageRequest } from '../../shared/store/walk/key-page.ts'
import type { Observer, ReconciliationProblem } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Unseal } from '../../shared/sealing/unseal.ts'
import type { CallbackQueue } from '../../queue/callback-queue.ts'
import type { NumberKeyOf } from '../number-keys.ts'
import { resolveFinding, type Resolution } from './resolve-finding.ts'

export interface ReconcileContext {
  store: DestinationStore
  queue: () => CallbackQueue
  clock: Clock
  observe: Observer
  /** A callback this long past its time, with no job, has been forgotten by the queue. */
  overdueMs: number
  numberKeyOf: NumberKeyOf
  unseal?: Unseal | undefined
}

/** How many ids a turn names of the callbacks that it cannot read. */
const maxNamed = 10

/**
 * Finds among the callbacks of one destination those about which ledger, inbox and queue disagree, and repairs or reports
 * them. The ledger is right. What has a healthy job is never touched, and each repair is safe to repeat, so several workers
 * may do this at once.
 */
export async function reconcileCallbacks(
  context: ReconcileContext,
  keys: readonly string[],
): Promise<Resolution[]> {
  const { store, clock, overdueMs } = context
  const at = isoTimestamp(clock.now() - overdueMs)
  const numberKey = await context.numberKeyOf(store.ref)
  const findings = await inspect(store, { keys, at, keyMark: numberKey?.mark })
  const resolving = { ...context, at, numberKey }
  const resolutions = findings.map((each) => resolveFinding(resolving, each))
  // A trouble of Redis ends the page, and nothing of it may go on meanwhile.
  await Promise.allSettled(resolutions)
  return await Promise.all(resolutions)
}

/**
 * One page of the index of dead letters: the walk of the ledger cannot meet what has no ledger. Gives where the next page
 * begins, `walkEnd` at the end, and how many ids have left the index.
 */
export async function reconcileIndexPage(
  { store, observe }: ReconcileContext,
  page: PageRequest,
): Promise<{ next: string; unlisted: number }> {
  const { next, ids } = await readDeadLetterPage(store, page)
  if (ids.length === 0) return { next, unlisted: 0 }
  const { destination } = store.ref
  const unlisted = await unlist(store, { ids })
  for (const { id, is } of unlisted) {
    const why = is === 'missing' ? 'its ledger is gone' : `the callback is ${is}`
    observe({ event: 'dead-letter.unlisted', destination, id, why })
  }
  return { next, unlisted: unlisted.length }
}

const explanations: Record<ReconciliationProblem, string> = {
  'wrong-type': 'their keys hold something that is not a ledger: another program wrote it',
  'unknown-version': 'a newer version of Ringback wrote their ledgers; this one leaves them alone',
  'unknown-state': 'their ledgers name no state that there is',
  'unknown-generation': 'their ledgers have no generation',
  'unknown-time': 'their ledgers hold an invalid time',
  'unreadable-intent': 'their ledgers hold no intent, or an invalid one',
  'unreadable-job': 'the queue holds something that is not a job under their ids',
}

/** One line for each problem of a destination, however many callbacks have it. */
export function reportUnreconciled(
  observe: Observer,
  destination: string,
  resolutions: readonly Resolution[],
): void {
  const byProblem = new Map<ReconciliationProblem, string[]>()
  for (const each of resolutions) {
    if (each.kind !== 'unreconciled') continue
    byProblem.set(each.problem, [...(byProblem.get(each.problem) ?? []), each.id])
  }
  for (const [problem, ids] of byProblem) {
    observe({
      event: 'callback.unreconciled',
      destination,
      problem,
      callbacks: ids.length,
      ids: ids.slice(0, maxNamed),
      message: explanations[problem],
    })
  }
}
