import type {
  BreakerRecord,
  Control,
  Decision,
  PauseRecord,
} from '../../../shared/store/control/inspect-control.ts'
import { inspectControl } from '../../../shared/store/control/inspect-control.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import {
  readLivingWorkers,
  type LivingWorker,
} from '../../../shared/store/workers/living-workers.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'

/** What holds a destination back, as it is shown. Times are ISO. */
export interface ShownControl {
  dispatch: 'running' | 'paused'
  dispatchPause?: ShownPause
  intake: 'running' | 'paused'
  intakePause?: ShownPause
  breaker: ShownBreaker
  rate: ShownRate
  /** Those that are alive. */
  workers: number
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
export type Rate = number | 'none'

export interface ShownRate {
  /** As the living workers are configured, the lowest where they differ; absent where none lives. */
  configured?: Rate
  /** At this moment: 0 while nothing may be sent; absent where it depends on workers of which none lives. */
  current?: Rate
  override?: Said & { rate: Rate; at: string }
  /** Salesforce has named a limit, and the rate has not recovered from it yet. */
  slowed: boolean
}

/** What holds a destination back, and who serves it. */
export interface Operation {
  control: ShownControl
  workers: readonly LivingWorker[]
}

export async function readOperation(store: DestinationStore): Promise<Operation> {
  const workers = await readLivingWorkers(store)
  const configured = configuredRate(workers)
  const rate = configured === 'none' ? undefined : configured
  const control = await inspectControl(store, { rate })
  return { control: showControl(control, { configured, workers: workers.length }), workers }
}

export async function readControl(store: DestinationStore): Promise<ShownControl> {
  return (await readOperation(store)).control
}

/** Where the workers differ, the lowest: nobody is to be promised what one of them does not keep. */
function configuredRate(workers: readonly LivingWorker[]): Rate | undefined {
  const rates = workers.map(({ settings }) => settings['rate'])
  const numbers = rates.filter((rate) => typeof rate === 'number')
  if (numbers.length > 0) return Math.min(...numbers)
  return rates.includes('none') ? 'none' : undefined
}

function showControl(
  control: Control,
  { configured, workers }: { configured: Rate | undefined; workers: number },
): ShownControl {
  const { dispatch, intake, breaker } = control
  return {
    dispatch: dispatch === undefined ? 'running' : 'paused',
    ...(dispatch && { dispatchPause: showPause(dispatch) }),
    intake: intake === undefined ? 'running' : 'paused',
    ...(intake && { intakePause: showPause(intake) }),
    breaker: breaker === undefined ? { state: 'closed' } : showBreaker(breaker),
    rate: showRate(control.rate, configured),
    workers,
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
  const isKnown = configured !== undefined || override !== undefined || current === 0
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
