import type { StoreConfig } from '../../../shared/config/config.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { pause, type Pausable, type ReplacedPause } from '../../../shared/store/control/pause.ts'
import { resume } from '../../../shared/store/control/resume.ts'
import { setRate } from '../../../shared/store/control/set-rate.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { noteAction, type Act, type Operator } from '../audit/note-action.ts'
import { withPartitions } from '../destination/any-destination.ts'
import { inAll } from '../destination/in-all.ts'

export type { Pausable } from '../../../shared/store/control/pause.ts'

/** Who decides something about a destination and why, as they say. */
interface Decision {
  operator: Operator
  destination?: string | undefined
  by?: string | undefined
  reason?: string | undefined
}

export interface PauseRequest extends Decision {
  what: Pausable
  /** Undefined: until somebody resumes. */
  forMs?: number | undefined
}

export interface Paused {
  destination: string
  paused: Pausable
  /** ISO. */
  since: string
  until?: string
  by?: string
  reason?: string
  /** A pause that was there: what was said of it holds no longer. */
  replaced?: { until?: string; by?: string; reason?: string }
}

/** Of a destination with partitions, all of them. */
export function pauseDestination(config: StoreConfig, request: PauseRequest): Promise<Paused> {
  return withPartitions(config, request.destination, async (stores) => {
    const [paused] = await inAll(stores, config.redisUrl, (store) => pauseOne(store, request))
    return paused
  })
}

async function pauseOne(store: DestinationStore, request: PauseRequest): Promise<Paused> {
  const { what, forMs, operator, reason } = request
  const said = masked(request)
  const { sinceMs, untilMs, replaced } = await pause(store, {
    what,
    by: said.by,
    why: said.reason,
    forMs,
  })
  const paused: Paused = {
    ...said,
    destination: store.ref.destination,
    paused: what,
    since: isoTimestamp(sinceMs),
    ...(untilMs !== undefined && { until: isoTimestamp(untilMs) }),
    ...(replaced && { replaced: saidOf(replaced) }),
  }
  const until = paused.until === undefined ? {} : { until: paused.until }
  const act = { action: 'pause', operator, what: { what, ...until }, reason } as const
  await noteAction(store, act, { paused: 1 })
  return paused
}

function saidOf({ untilMs, by, why }: ReplacedPause): NonNullable<Paused['replaced']> {
  return {
    ...(untilMs !== undefined && { until: isoTimestamp(untilMs) }),
    ...(by !== undefined && { by }),
    ...(why !== undefined && { reason: why }),
  }
}

export interface ResumeRequest {
  operator: Operator
  destination?: string | undefined
  what: readonly Pausable[]
}

export interface Resumed {
  destination: string
  /** What was paused before. */
  resumed: Pausable[]
}

export function resumeDestination(
  config: StoreConfig,
  { destination, what, operator }: ResumeRequest,
): Promise<Resumed> {
  const act: Act = { action: 'resume', operator, what: { what: [...what] } }
  return withPartitions(config, destination, async (stores) => {
    const all = await inAll(stores, config.redisUrl, async (store) => {
      const resumed = await resume(store, { what })
      await noteAction(store, act, { resumed: resumed.length })
      return resumed
    })
    return { destination: stores[0].ref.destination, resumed: [...new Set(all.flat())] }
  })
}

export interface RateRequest extends Decision {
  /** Attempts a second; `default`: as the workers are configured. */
  rate: number | 'none' | 'default'
}

export interface RateSet {
  destination: string
  rate: RateRequest['rate']
  /** What was set before. */
  before: RateRequest['rate']
}

/** Of a destination with partitions, each has its share. */
export function setDestinationRate(config: StoreConfig, request: RateRequest): Promise<RateSet> {
  const { rate } = request
  return withPartitions(config, request.destination, async (stores) => {
    const share = typeof rate === 'number' ? rate / stores.length : rate
    const all = await inAll(stores, config.redisUrl, (store) =>
      setOneRate(store, { ...request, rate: share }),
    )
    return { destination: stores[0].ref.destination, rate, before: together(all) }
  })
}

async function setOneRate(
  store: DestinationStore,
  request: RateRequest,
): Promise<RateRequest['rate']> {
  const { rate, operator } = request
  const { by, reason } = masked(request)
  const set = rate === 'default' ? undefined : rate
  const before = (await setRate(store, { rate: set, by, why: reason })) ?? 'default'
  const act = { action: 'rate', operator, what: { rate, before }, reason } as const
  await noteAction(store, act, { set: 1 })
  return before
}

/** One that was set for some of them only, by name, is told as the first one has it. */
function together(
  rates: readonly [RateRequest['rate'], ...RateRequest['rate'][]],
): RateRequest['rate'] {
  const numbers = rates.filter((rate) => typeof rate === 'number')
  return numbers.length === rates.length ? numbers.reduce((sum, rate) => sum + rate, 0) : rates[0]
}

function masked({ by, reason }: Decision): { by?: string; reason?: string } {
  const said: { by?: string; reason?: string } = {}
  if (by !== undefined) said.by = maskNumbersIn(by)
  if (reason !== undefined) said.reason = maskNumbersIn(reason)
  return said
}
