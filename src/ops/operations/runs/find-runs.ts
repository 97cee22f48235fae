import type { StoreConfig } from '../../../shared/config/config.ts'
import { rest } from '../../../shared/lifecycle/rest.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { listRuns, readRunsBefore, type Run } from '../../../shared/store/runs/run-record.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import { findPartitions, withPartitions, type Partitions } from '../destination/any-destination.ts'
import { streamFromRedis } from '../destination/target.ts'
import type { RunReference } from './decide-run.ts'
import { joined, readRuns } from './read-runs.ts'
import { showRun, type ShownRun } from './shown-run.ts'

export type { ShownRun } from './shown-run.ts'

export interface RunList {
  destination: string
  /** The newest first. */
  runs: ShownRun[]
}

export function findRuns(config: StoreConfig, destination: string | undefined): Promise<RunList> {
  return withPartitions(config, destination, async (stores) => {
    const { destination: name } = stores[0].ref
    const lists = await Promise.all(
      stores.map(async (store) => shown(store, await listRuns(store))),
    )
    return { destination: name, runs: joinedById(stores, lists.flat()) }
  })
}

function shown({ ref }: DestinationStore, runs: readonly Run[]): ShownRun[] {
  return runs.map((run) => showRun(run, ref.destination))
}

/** Those of one id as one, the newest first. */
function joinedById(stores: Partitions, runs: readonly ShownRun[]): ShownRun[] {
  if (stores.length === 1) return [...runs]
  const byId = new Map<string, ShownRun[]>()
  for (const run of runs) byId.set(run.id, [...(byId.get(run.id) ?? []), run])
  return [...byId.values()]
    .flatMap((parts) => joined(stores, parts) ?? [])
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
}

export interface RunPage extends RunList {
  /** Where the next page begins; undefined where there is none. */
  nextMs: number | undefined
}

export interface RunPageRequest {
  destination: string | undefined
  /** When those were made that are left out, and all newer ones; undefined for none. */
  beforeMs: number | undefined
  limit: number
}

/** The newest first. */
export function runPage(
  config: StoreConfig,
  { destination, beforeMs = Infinity, limit }: RunPageRequest,
): Promise<RunPage> {
  return withPartitions(config, destination, async (stores) => {
    const { destination: name } = stores[0].ref
    const pages = await Promise.all(
      stores.map(async (store) => {
        const { runs, nextMs } = await readRunsBefore(store, { beforeMs, count: limit })
        return { runs: shown(store, runs), nextMs }
      }),
    )
    const [nextMs] = pages.flatMap((page) => page.nextMs ?? []).toSorted((a, b) => b - a)
    const runs = joinedById(
      stores,
      pages.flatMap((page) => page.runs),
    )
    return { destination: name, runs: runs.filter(madeSince(nextMs)), nextMs }
  })
}

/** Older ones of one partition come with those of the others, on the next page. */
function madeSince(ms = 0): (run: ShownRun) => boolean {
  return ({ createdAt }) => epochMsOf(createdAt) >= ms
}

/** Throws `run-not-found`. */
export function showOneRun(
  config: StoreConfig,
  { destination, id }: RunReference,
): Promise<ShownRun> {
  return withPartitions(config, destination, (stores) => readRuns(stores, id))
}

export interface Watching {
  clock: Clock
  everyMs: number
  stopped: AbortSignal
}

/** How it stands, again and again, until it is over, somebody has to decide something, or nobody watches any more. */
export function watchRun(
  config: StoreConfig,
  { destination, id }: RunReference,
  { clock, everyMs, stopped }: Watching,
): AsyncIterable<ShownRun> {
  return streamFromRedis(config, async function* (redis) {
    const stores = await findPartitions(redis, config, destination)
    for (;;) {
      const run = await readRuns(stores, id)
      yield run
      if (stopped.aborted || isStill(run)) return
      await rest(clock, everyMs, stopped)
    }
  })
}

/** Nothing happens to it by itself any more. */
function isStill({ state, counts }: ShownRun): boolean {
  if (state === 'running' || state === 'waiting') return false
  return state === 'planned' || counts.outstanding === 0
}
