import { RingbackError } from '../../../shared/errors/errors.ts'
import { readRun } from '../../../shared/store/runs/run-record.ts'
import { shownId } from '../../text/shown-id.ts'
import type { Partitions } from '../destination/any-destination.ts'
import { joinRuns } from './join-runs.ts'
import { showRun, type ShownRun } from './shown-run.ts'

/** A plan or a run, in all partitions that have it. Throws `run-not-found`. */
export async function readRuns(stores: Partitions, id: string): Promise<ShownRun> {
  const read = stores.map(async (store) => {
    const run = await readRun(store, id)
    return run && showRun(run, store.ref.destination)
  })
  return (
    joined(
      stores,
      (await Promise.all(read)).filter((run) => run !== undefined),
    ) ?? noRun(id)
  )
}

/** Undefined: there is none. */
export function joined([{ ref }, ...others]: Partitions, parts: readonly ShownRun[]) {
  const [first, ...more] = parts
  if (first === undefined || others.length === 0) return first
  return joinRuns(ref.destination, [first, ...more])
}

export function noRun(id: string): never {
  throw new RingbackError('run-not-found', `No plan and no run "${shownId(id)}" is known.`)
}
