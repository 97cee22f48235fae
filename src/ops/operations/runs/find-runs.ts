import type { StoreConfig } from '../../../shared/config/config.ts'
import { rest } from '../../../shared/lifecycle/rest.ts'
import { listRuns, readRunsBefore } from '../../../shared/store/runs/run-record.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { findTarget, withAnyDestination } from '../destination/any-destination.ts'
import { streamFromRedis } from '../destination/target.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { findRun, type RunReference } from './decide-run.ts'
import { showRun, type ShownRun } from './shown-run.ts'

export type { ShownRun } from './shown-run.ts'

export interface RunList {
  destination: string
  /** The newest first. */
  runs: ShownRun[]
}

export function findRuns(config: StoreConfig, destination: string | undefined): Promise<RunList> {
  return withAnyDestination(config, destination, async (store) => {
    const { destination: name } = store.ref
    return { destination: name, runs: (await listRuns(store)).map((run) => showRun(run, name)) }
  })
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
  return withAnyDestination(config, destination, async (store) => {
    const { destination: name } = store.ref
    const { runs, nextMs } = await readRunsBefore(store, { beforeMs, count: limit })
    return { destination: name, runs: runs.map((run) => showRun(run, name)), nextMs }
  })
}

/** Throws `run-not-found`. */
export function showOneRun(
  config: StoreConfig,
  { destination, id }: RunReference,
): Promise<ShownRun> {
  return withAnyDestination(config, destination, async (store) =>
    showRun(await findRun(store, id), store.ref.destination),
  )
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
    const { ref } = await findTarget(redis, config, destination)
    const store = openStore(redis, ref)
    for (;;) {
      const run = showRun(await findRun(store, id), ref.destination)
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
