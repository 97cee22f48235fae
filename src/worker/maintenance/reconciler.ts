import type { Redis } from '../../shared/redis/connection.ts'
import { callbackKey, deadLettersKey, type Place } from '../../shared/redis/keys.ts'
import { survey, unlist } from '../../shared/redis/reconciliation.ts'
import type { Observer, ReconciliationProblem } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { CallbackQueue } from '../queue.ts'
import { resolveFinding, type Resolution } from './resolve-finding.ts'

export interface ReconcilerContext {
  redis: Redis
  place: Place
  queue: CallbackQueue
  clock: Clock
  observe: Observer
  /** A callback this long past its time, with no job, has been forgotten by the queue. */
  overdueMs: number
}

/** What one turn came to, counted in callbacks. */
export interface Reconciliation {
  looked: number
  /** The queue had forgotten them. */
  recovered: number
  /** The index of dead letters had. */
  relisted: number
  /** The index of dead letters named them, and they are none. */
  unlisted: number
  /** Neither this worker nor its queue can read them. */
  unreconciled: number
  /** True when the walk has come to its end: the next turn begins a new one. */
  roundEnded: boolean
}

export interface Reconciler {
  /** One turn. Rejects for trouble of Redis only; the next turn goes on from there. */
  runOnce(signal?: AbortSignal): Promise<Reconciliation>
}

/**
 * A turn reads at most twenty pages of a hundred keys, and none after the page in which it has seen a hundred callbacks
 * that need a closer look: it costs the same with a thousand callbacks or a million.
 *
 * A million waiting callbacks are two million keys, ledgers and jobs: a thousand turns, which with a second of rest after
 * each make a round of seventeen minutes. While all of them are overdue, in the backlog that a long outage leaves, the
 * queue is asked about each: ten thousand turns, three hours.
 */
const pageSize = 100
const maxPages = 20
const maxFindings = 100
/** How many ids a turn names of the callbacks that it cannot read. */
const maxNamed = 10

/**
 * The last net: finds callbacks about which ledger, inbox and queue disagree, and repairs or reports them. The ledger is
 * right. What has a sound job is never touched, and each repair is safe to repeat, so several workers may run this at
 * once. How far the walk has come is kept in memory: a worker that starts begins at the beginning.
 */
export function createReconciler(context: ReconcilerContext): Reconciler {
  const { redis, place } = context
  const pattern = escapeGlob(callbackKey(place, '')) + '*'
  let cursor = '0'
  let indexCursor = '0'

  async function nextPage(): Promise<Page> {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', pageSize)
    const resolutions = await reconcilePage(context, keys)
    // Only now: a page that a trouble of Redis has interrupted is read again.
    cursor = next
    return { looked: keys.length, resolutions }
  }

  /** The walk of the ledger cannot meet what has no ledger, so the index of dead letters is walked beside it. */
  async function nextIndexPage(): Promise<number> {
    const key = deadLettersKey(place)
    const [next, members] = await redis.zscan(key, indexCursor, 'COUNT', pageSize)
    const unlisted = await unlistDangling(context, members)
    indexCursor = next
    return unlisted
  }

  return {
    runOnce: async (signal) => {
      const resolutions: Resolution[] = []
      let looked = 0
      let roundEnded = false
      for (let pages = 0; pages < maxPages && resolutions.length < maxFindings; pages += 1) {
        if (roundEnded || signal?.aborted === true) break
        const page = await nextPage()
        looked += page.looked
        resolutions.push(...page.resolutions)
        roundEnded = cursor === '0'
      }
      reportUnreconciled(context, resolutions)
      const unlisted = await nextIndexPage()
      return { looked, ...count(resolutions), unlisted, roundEnded }
    },
  }
}

interface Page {
  looked: number
  resolutions: Resolution[]
}

export interface Round {
  restMs: number
  clock: Clock
  /** Aborted: the round may end unfinished. */
  signal: AbortSignal
}

/** Turns with a rest between them, until everything has been looked at once. */
export async function reconcileAll(
  reconciler: Reconciler,
  { restMs, clock, signal }: Round,
): Promise<void> {
  while (!signal.aborted) {
    const { roundEnded } = await reconciler.runOnce(signal)
    if (roundEnded) return
    await clock.sleep(restMs, signal).catch(() => {
      // Woken to stop.
    })
  }
}

async function reconcilePage(
  context: ReconcilerContext,
  keys: readonly string[],
): Promise<Resolution[]> {
  if (keys.length === 0) return []
  const { redis, place, clock, overdueMs } = context
  const at = isoTimestamp(clock.now() - overdueMs)
  const findings = await survey(redis, { place, keys, at })
  return await Promise.all(findings.map((each) => resolveFinding({ ...context, at }, each)))
}

/** `members`: ids and scores in turn. */
async function unlistDangling(
  { redis, place, observe }: ReconcilerContext,
  members: readonly string[],
): Promise<number> {
  const ids = members.filter((_, index) => index % 2 === 0)
  if (ids.length === 0) return 0
  const { destination } = place
  const unlisted = await unlist(redis, { place, ids })
  for (const { id, is } of unlisted) {
    const why = is === 'missing' ? 'its ledger is gone' : `the callback is ${is}`
    observe({ event: 'dead-letter.unlisted', destination, id, why })
  }
  return unlisted.length
}

const explanations: Record<ReconciliationProblem, string> = {
  'wrong-type': 'what lies under their keys is no ledger: another program wrote it',
  'unknown-version': 'a newer version of Ringback wrote their ledgers; this one leaves them alone',
  'unknown-state': 'their ledgers name no state that there is',
  'unknown-generation': 'their ledgers have no generation',
  'unknown-time': 'their ledgers hold a time that is none',
  'unreadable-intent': 'their ledgers hold no intent, or one that is none',
  'unreadable-job': 'what the queue holds of them is no job',
}

function reportUnreconciled(
  { place, observe }: ReconcilerContext,
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
      destination: place.destination,
      problem,
      callbacks: ids.length,
      ids: ids.slice(0, maxNamed),
      message: explanations[problem],
    })
  }
}

function count(resolutions: readonly Resolution[]) {
  const of = (kind: Resolution['kind']) => resolutions.filter((each) => each.kind === kind).length
  return {
    recovered: of('recovered'),
    relisted: of('relisted'),
    unreconciled: of('unreconciled'),
  }
}

/** SCAN takes a glob; braces mean nothing in Redis' globs, but these do. */
function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
