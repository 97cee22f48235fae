import type { StoreConfig } from '../../../shared/config/config.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { newestResultId } from '../../../shared/store/results/results.ts'
import { readRun, type Run } from '../../../shared/store/runs/run-record.ts'
import {
  updateRun,
  type RunChanges,
  type RunUpdate,
} from '../../../shared/store/runs/update-run.ts'
import type { AuditWhat } from '../../../shared/store/audit/audit-entry.ts'
import { readServerTimeMs } from '../../../shared/store/server/server-time.ts'
import { noteAction, type AuditedAction, type Operator } from '../audit/note-action.ts'
import { shareOf } from '../../../shared/contract/partition.ts'
import { withPartitions, type Partitions } from '../destination/any-destination.ts'
import { inAll } from '../destination/in-all.ts'
import { rateOf, rateShare } from './plan-run.ts'
import { joined, noRun } from './read-runs.ts'
import { showRun, type ShownRun } from './shown-run.ts'

export interface RunReference {
  destination?: string | undefined
  id: string
}

interface Said extends RunReference {
  operator: Operator
  by?: string | undefined
  reason?: string | undefined
}

/** What became of a decision about a run. `refused`: its state does not allow it, and nothing was done. */
export interface RunDecision {
  outcome: 'done' | 'refused'
  run: ShownRun
}

export interface StartRequest extends Said {
  /** Undefined: as it was planned. */
  rate?: number | 'none' | undefined
  /** So many are sent first, and waited for. */
  canary?: number | undefined
  /** After a canary of which none died, without being asked. */
  goesOn: boolean
  /** In per cent: stops if so many of the last ends are deaths. */
  stopAtPercent: number
}

/** A plan is started once: whoever starts it again is told what has become of it. */
export function startRun(config: StoreConfig, request: StartRequest): Promise<RunDecision> {
  const { canary, goesOn, stopAtPercent } = request
  return decide(config, { ...request, action: 'start-run' }, async (store, part) => {
    const resultsCursor = await newestResultId(store)
    return (run, nowMs) => {
      if (run.state !== 'planned') return undefined
      refuseEmpty(run)
      const rate = rateFrom(run, request.rate, part)
      const changes: RunChanges = {
        state: 'running',
        startedAt: nowMs,
        startedBy: masked(request.by),
        rate,
        canary: canary && canaryOf(canary, part),
        goesOn,
        resultsCursor,
        stopAt: stopAtPercent,
        mostOutstanding: mostOutstandingAt(rate),
      }
      return { changes, isActive: true, keepMs: 0 }
    }
  })
}

export function pauseRun(config: StoreConfig, request: Said): Promise<RunDecision> {
  return decide(config, { ...request, action: 'pause-run' }, () => (run) => {
    if (run.state !== 'running' && run.state !== 'waiting') return undefined
    return { changes: { ...saidIn(request), state: 'paused', stateWhy: 'asked' } }
  })
}

export interface ResumeRunRequest extends RunReference {
  operator: Operator
  /** Undefined: as before. */
  rate?: number | 'none' | undefined
}

/** Goes on: a canary has been looked at, and what died until now is no reason to stop any more. */
export function resumeRun(config: StoreConfig, request: ResumeRunRequest): Promise<RunDecision> {
  return decide(config, { ...request, action: 'resume-run' }, (_, part) => (run) => {
    if (run.state !== 'paused') return undefined
    const rate = rateFrom(run, request.rate, part)
    const { canary, isCanaryOver } = run.pace
    const changes: RunChanges = {
      state: 'running',
      stateWhy: undefined,
      stateBy: undefined,
      stateReason: undefined,
      rate,
      mostOutstanding: mostOutstandingAt(rate),
      recentEnds: undefined,
      isCanaryOver: isCanaryOver || (canary !== undefined && run.counts.sent >= canary),
    }
    return { changes, isActive: true, keepMs: 0 }
  })
}

/** Nothing more of it is sent. What was sent goes on its way. */
export function abortRun(config: StoreConfig, request: Said): Promise<RunDecision> {
  return decide(config, { ...request, action: 'abort-run' }, () => (run, nowMs) => {
    if (run.state === 'done' || run.state === 'aborted') return undefined
    const changes = {
      ...saidIn(request),
      state: 'aborted',
      stateWhy: 'asked',
      endedAt: nowMs,
    } as const
    // The worker that finds nothing of it on its way any more lets it go.
    return { changes, isActive: true }
  })
}

type Decider = (run: Run, nowMs: number) => RunUpdate | undefined

interface Asked extends RunReference {
  operator: Operator
  action: AuditedAction
  reason?: string | undefined
}

/** Of a run that is in several partitions, which of them it is. */
interface Part {
  nth: number
  /** In which something is selected. */
  parts: number
  partitions: number
}

async function decide(
  config: StoreConfig,
  { destination, id, ...asked }: Asked,
  prepare: (store: DestinationStore, part: Part) => Decider | Promise<Decider>,
): Promise<RunDecision> {
  return withPartitions(config, destination, async (stores) => {
    const meant = await thoseWith(stores, id)
    const decided = await inAll(meant, config.redisUrl, async (store) => {
      const part = {
        nth: meant.indexOf(store),
        parts: meant.length,
        partitions: stores.length,
      }
      const outcome = await apply(store, id, await prepare(store, part))
      const run = showRun(await findRun(store, id), store.ref.destination)
      await noteAction(store, { ...asked, what: forLog(run) }, { [outcome]: 1 })
      return { outcome, run }
    })
    const runs = decided.map(({ run }) => run)
    const isDone = decided.some(({ outcome }) => outcome === 'done')
    return { outcome: isDone ? 'done' : 'refused', run: joined(stores, runs) ?? noRun(id) }
  })
}

/** Where it selects something; if it does nowhere, where it is. */
async function thoseWith(stores: Partitions, id: string): Promise<Partitions> {
  if (stores.length === 1) return stores
  const runs = await Promise.all(stores.map((store) => readRun(store, id)))
  const having = (least: number) =>
    stores.filter((_, place) => (runs[place]?.counts.selected ?? -1) >= least)
  const [first, ...others] = having(1)
  if (first !== undefined) return [first, ...others]
  const [only = noRun(id)] = having(0)
  return [only]
}

/** Which run, and whom it is about. */
function forLog({ id, kind, counts, filter, rate }: ShownRun): AuditWhat {
  return { run: id, kind, selected: counts.selected, rate, ...filter }
}

/** Throws `empty-plan`. */
export function refuseEmpty({ id, counts }: { id: string; counts: { selected: number } }): void {
  if (counts.selected > 0) return
  throw new RingbackError('empty-plan', `The plan ${id} selects no callback.`)
}

/** A worker may have gone on between reading and deciding: then it is decided anew. */
async function apply(
  store: DestinationStore,
  id: string,
  decider: Decider,
): Promise<RunDecision['outcome']> {
  for (;;) {
    const run = await findRun(store, id)
    const update = decider(run, Math.round(await readServerTimeMs(store.redis)))
    if (update === undefined) return 'refused'
    if (await updateRun(store, run, update)) return 'done'
  }
}

async function findRun(store: DestinationStore, id: string): Promise<Run> {
  return (await readRun(store, id)) ?? noRun(id)
}

type AskedRate = number | 'none' | undefined

function rateFrom({ pace }: Run, asked: AskedRate, { partitions }: Part): number | undefined {
  return asked === undefined ? pace.rate : rateOf(rateShare(asked, partitions), undefined)
}

/** None goes without one: where there are fewer than partitions, each has one. */
function canaryOf(canary: number, { nth, parts }: Part): number {
  return Math.max(1, shareOf(canary, parts, nth))
}

/** Live callbacks wait behind what of a run is on its way already: about four seconds' worth of it. */
function mostOutstandingAt(rate = 50): number {
  return Math.min(1_000, Math.max(10, Math.ceil(rate * 4)))
}

function saidIn({ by, reason }: Said) {
  return { stateBy: masked(by), stateReason: masked(reason) }
}

function masked(text: string | undefined): string | undefined {
  return text && maskNumbersIn(text)
}
