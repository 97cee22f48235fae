import type { StoreConfig } from '../../../shared/config/config.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import { pause, type Pausable, type ReplacedPause } from '../../../shared/store/control/pause.ts'
import { resume } from '../../../shared/store/control/resume.ts'
import { setRate } from '../../../shared/store/control/set-rate.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { withAnyDestination } from '../destination/any-destination.ts'

export type { Pausable } from '../../../shared/store/control/pause.ts'

/** Who decides something about a destination and why, as they say. */
interface Decision {
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

export function pauseDestination(config: StoreConfig, request: PauseRequest): Promise<Paused> {
  const { what, forMs } = request
  return withAnyDestination(config, request.destination, async (store) => {
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
    return paused
  })
}

function saidOf({ untilMs, by, why }: ReplacedPause): NonNullable<Paused['replaced']> {
  return {
    ...(untilMs !== undefined && { until: isoTimestamp(untilMs) }),
    ...(by !== undefined && { by }),
    ...(why !== undefined && { reason: why }),
  }
}

export interface ResumeRequest {
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
  { destination, what }: ResumeRequest,
): Promise<Resumed> {
  return withAnyDestination(config, destination, async (store) => {
    return { destination: store.ref.destination, resumed: await resume(store, { what }) }
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

export function setDestinationRate(config: StoreConfig, request: RateRequest): Promise<RateSet> {
  const { rate } = request
  return withAnyDestination(config, request.destination, async (store) => {
    const { by, reason } = masked(request)
    const set = rate === 'default' ? undefined : rate
    const before = await setRate(store, { rate: set, by, why: reason })
    return { destination: store.ref.destination, rate, before: before ?? 'default' }
  })
}

function masked({ by, reason }: Decision): { by?: string; reason?: string } {
  const said: { by?: string; reason?: string } = {}
  if (by !== undefined) said.by = maskNumbersIn(by)
  if (reason !== undefined) said.reason = maskNumbersIn(reason)
  return said
}
