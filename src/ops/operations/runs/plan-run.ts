import { randomBytes } from 'node:crypto'

import type { StoreConfig } from '../../../shared/config/config.ts'
import { paceSettings } from '../../../shared/config/features/pace.ts'
import { settingInfo } from '../../../shared/config/setting.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { inspectControl } from '../../../shared/store/control/inspect-control.ts'
import { numberKeyOf } from '../../../shared/store/ledger/places.ts'
import { newestEndMs } from '../../../shared/store/runs/newest-end.ts'
import { planRun as keepPlan } from '../../../shared/store/runs/plan-run.ts'
import type { RunFilter } from '../../../shared/store/runs/run-filter.ts'
import type { RunKind } from '../../../shared/store/runs/run-kinds.ts'
import { usualRate } from '../control/estimate.ts'
import { readOperation, type ShownControl } from '../control/shown-control.ts'
import type { LivingWorker } from '../../../shared/store/workers/living-workers.ts'
import { withPartitions } from '../destination/any-destination.ts'
import { retentionMsOf, type Target } from '../destination/target.ts'
import { countSelection, type Counted } from './count-selection.ts'
import { runFilterOf, type FilterRequest } from './run-request.ts'
import { readRuns } from './read-runs.ts'
import type { ShownRun } from './shown-run.ts'

export interface PlanRequest {
  destination?: string | undefined
  kind: RunKind
  filter: FilterRequest
  /** Callbacks a second; undefined: what live callbacks leave of the destination's rate. */
  rate?: number | 'none' | undefined
  /** Who and why, as they say. */
  by?: string | undefined
  reason?: string | undefined
}

/** Counts which callbacks are meant, and keeps that as a plan, in each partition where there are several. Nothing is sent. */
export function planRun(config: StoreConfig, request: PlanRequest): Promise<ShownRun> {
  return withPartitions(config, request.destination, async (stores) => {
    const share = { ...request, rate: rateShare(request.rate, stores.length) }
    const plans = await Promise.all(
      stores.map((store) => planOne(store, { config, ref: store.ref }, share)),
    )
    return await readRuns(stores, await keepAll(plans))
  })
}

async function planOne(
  store: DestinationStore,
  target: Target,
  request: PlanRequest,
): Promise<Plan> {
  const { kind } = request
  const { config } = target
  const { nowMs } = await inspectControl(store, { rate: undefined })
  const { control, workers } = await readOperation(store)
  const rate = rateOf(request.rate, leftByLive(control, workers))
  const filter = runFilterOf(request.filter, config.numberKey)
  if (filter.verify === true) requireVerifying(workers, store)
  const walked = { kind, filter, upToMs: await upTo(store, kind, nowMs) }
  const counted = await countSelection(store, { ...walked, ...keyOf(config), rate, nowMs })
  const ttlMs = counted.selected === 0 ? emptyPlanMs : retentionMsOf(target)
  return { ...plain(request), ...walked, store, counted, rate, nowMs, ttlMs }
}

function keyOf({ numberKey }: StoreConfig) {
  return numberKey === undefined ? {} : { numberKey: numberKeyOf(numberKey) }
}

/** Nobody can start a plan of nothing: it is an answer that somebody has read. */
const emptyPlanMs = 3_600_000

/** Workers go by Redis' clock as far as they know it, which is to some milliseconds: what has ended before may say so. */
const mostAheadMs = 5_000

/** What ends from now on, by this very run too, is not in it. */
async function upTo(store: DestinationStore, kind: RunKind, nowMs: number): Promise<number> {
  const newestMs = (await newestEndMs(store, kind)) ?? nowMs
  return Math.max(nowMs, Math.min(newestMs + 1, nowMs + mostAheadMs))
}

/** Where none lives nobody can say; a worker that cannot pauses the run. */
function requireVerifying(workers: readonly LivingWorker[], { ref }: DestinationStore): void {
  if (workers.length === 0) return
  if (workers.some(({ settings }) => settings['onUncertain'] === 'verify')) return
  throw new RingbackError(
    'cannot-verify',
    `No worker of the destination ${ref.destination} verifies: none has RINGBACK_ON_UNCERTAIN=verify.`,
  )
}

/** Of a destination that no living worker serves. */
const usualLivePercent = Number(settingInfo(paceSettings.shape.livePercent).default)

/**
 * A run is never the whole of a rate unless somebody says so: live callbacks keep the share that the workers are configured
 * with. Not what an outage has left of the rate for the moment.
 */
function leftByLive(control: ShownControl, workers: readonly LivingWorker[]): number | undefined {
  const rate = usualRate(control.rate)
  if (typeof rate !== 'number') return undefined
  const shares = workers.map(({ settings }) => settings['livePercent'])
  const kept = Math.max(...shares.filter((share) => typeof share === 'number'))
  const livePercent = Number.isFinite(kept) ? kept : usualLivePercent
  return leastRateBeside(livePercent, rate)
}

/** Where live callbacks keep all of it, what they do not need is left, however little that is: a tenth, to have a figure. */
function leastRateBeside(livePercent: number, rate: number): number {
  return Number(((rate * Math.max(10, 100 - livePercent)) / 100).toPrecision(3))
}

/** `left`: what a run takes of the destination's rate where nobody says more. */
export function rateOf(
  asked: number | 'none' | undefined,
  left: number | undefined,
): number | undefined {
  if (asked === 'none') return undefined
  return asked ?? left
}

/** Of each of so many partitions. */
export function rateShare(rate: PlanRequest['rate'], partitions: number): PlanRequest['rate'] {
  return typeof rate === 'number' ? rate / partitions : rate
}

interface Plan {
  store: DestinationStore
  kind: RunKind
  filter: RunFilter
  upToMs: number
  counted: Counted
  rate: number | undefined
  nowMs: number
  ttlMs: number
  by: string | undefined
  why: string | undefined
}

/** By one id, and one time by which lists are in order. */
async function keepAll(plans: readonly Plan[]): Promise<string> {
  const [{ kind, nowMs: createdAt } = { kind: '', nowMs: 0 }] = plans
  for (;;) {
    const runId = `${kind}-${randomBytes(4).toString('hex')}`
    const kept = plans.map(({ store, ...plan }) => {
      const said = fieldsOf({ ...plan, nowMs: createdAt })
      return keepPlan(store, { runId, createdAt, ttlMs: plan.ttlMs, said })
    })
    if ((await Promise.all(kept)).every(Boolean)) return runId
  }
}

function fieldsOf(plan: Omit<Plan, 'store'>): string[] {
  const { kind, filter, upToMs, counted, rate, nowMs, by, why } = plan
  const fields = {
    kind,
    filter: JSON.stringify(filter),
    upTo: String(upToMs),
    selected: String(counted.selected),
    overview: JSON.stringify(counted.overview),
    createdAt: String(nowMs),
    rate: rate === undefined ? undefined : String(rate),
    createdBy: by,
    why,
  }
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  )
}

function plain({ by, reason }: PlanRequest): Pick<Plan, 'by' | 'why'> {
  return { by: by && maskNumbersIn(by), why: reason && maskNumbersIn(reason) }
}
