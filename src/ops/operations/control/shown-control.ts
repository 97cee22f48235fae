import type {
  BreakerRecord,
  Control,
  Decision,
  PauseRecord,
} from '../../../shared/store/control/inspect-control.ts'
import { inspectControl } from '../../../shared/store/control/inspect-control.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'

/** What holds a destination back, as it is shown. Times are ISO. */
export interface ShownControl {
  dispatch: 'running' | 'paused'
  dispatchPause?: ShownPause
  intake: 'running' | 'paused'
  intakePause?: ShownPause
  breaker: ShownBreaker
  rate: ShownRate
}

/** Who decided it and why, as they said. */
interface Said {
  by?: string
  reason?: string
}

export interface ShownPause extends Said {
  since: string
  /** Absent: until somebody resumes. */
  until?: string
}

export interface ShownBreaker {
  state: 'closed' | BreakerRecord['state']
  since?: string
  /** Of the attempt that opened it, or of the last probe. */
  code?: string
  message?: string
  nextProbeAt?: string
}

/** Attempts a second over all workers. */
type Rate = number | 'none'

export interface ShownRate {
  /** By the configuration of whoever asks; absent where that does not know the destination. */
  configured?: Rate
  /** At this moment; absent where it hangs on a configuration that is not known. */
  current?: Rate
  override?: Said & { rate: Rate; at: string }
  /** Salesforce has named a limit, and the rate has not recovered from it yet. */
  slowed: boolean
}

/** By destination; a destination that is not in it is not configured here. */
export type Rates = Readonly<Record<string, number | undefined>>

export async function readControl(store: DestinationStore, rates: Rates): Promise<ShownControl> {
  const { destination } = store.ref
  const control = await inspectControl(store, { rate: rates[destination] })
  return showControl(control, configuredRate(rates, destination))
}

function configuredRate(rates: Rates, destination: string): Rate | undefined {
  return destination in rates ? (rates[destination] ?? 'none') : undefined
}

function showControl(control: Control, configured: Rate | undefined): ShownControl {
  const { dispatch, intake, breaker } = control
  return {
    dispatch: dispatch === undefined ? 'running' : 'paused',
    ...(dispatch && { dispatchPause: showPause(dispatch) }),
    intake: intake === undefined ? 'running' : 'paused',
    ...(intake && { intakePause: showPause(intake) }),
    breaker: breaker === undefined ? { state: 'closed' } : showBreaker(breaker),
    rate: showRate(control.rate, configured),
  }
}

function showPause({ sinceMs, untilMs, ...decision }: PauseRecord): ShownPause {
  const since = isoTimestamp(sinceMs)
  return {
    since,
    ...(untilMs !== undefined && { until: isoTimestamp(untilMs) }),
    ...said(decision),
  }
}

function showBreaker({ state, sinceMs, code, message, untilMs }: BreakerRecord): ShownBreaker {
  return {
    state,
    since: isoTimestamp(sinceMs),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(untilMs !== undefined && { nextProbeAt: isoTimestamp(untilMs) }),
  }
}

function showRate(
  {
    override,
    current = 'none' as const,
    isSlowed,
  }: Omit<Control['rate'], 'current'> & {
    current?: Rate | undefined
  },
  configured: Rate | undefined,
): ShownRate {
  const isKnown = configured !== undefined || override !== undefined
  return {
    ...(configured !== undefined && { configured }),
    ...(isKnown && { current }),
    ...(override && {
      override: { rate: override.rate, at: isoTimestamp(override.atMs), ...said(override) },
    }),
    slowed: isSlowed,
  }
}

function said({ by, why }: Decision): Said {
  return { ...(by !== undefined && { by }), ...(why !== undefined && { reason: why }) }
}
