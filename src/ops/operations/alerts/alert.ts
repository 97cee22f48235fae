/** What whoever judges a destination at this moment has read of it. Undefined: it is not known. */
export interface AlertReading {
  isRedisUp: boolean
  isRedisSafe: boolean | undefined
  /** Of what Redis may use. */
  memoryUsedRatio: number | undefined
  workers: number
  /** Of living workers, each once. */
  versions: number
  inboxOldestAgeMs: number
  due: number
  dueOldestAgeMs: number
  isPaused: boolean
  isBreakerOpen: boolean
  /** Attempts a second; undefined for no limit. */
  rate: number | undefined
  isAuthorized: boolean | undefined
  /** By how much the ids of a stream are ahead of Redis' clock. */
  streamAheadMs: number
  /** Since the last booking; undefined before the first. */
  lastBookingAgeMs: number | undefined
  /** Undefined where there is no dead letter. */
  deadLettersOldestAgeMs: number | undefined
  /** Callbacks that died in the last half hour. */
  diedLately: number
}

/** For the most urgent one somebody is woken; the least is only shown. */
export type Severity = 'critical' | 'warning' | 'info'

/** One condition that somebody should know of: as a rule of Prometheus, and as what needs somebody on the page. */
export interface Alert {
  name: `Ringback${string}`
  /** PromQL. */
  expr: string
  /** How long it must be true, as Prometheus writes it. */
  for: string
  severity: Severity
  summary: string
  todo: string
  /** Of docs/runbook.md. */
  anchor: string
  /** Whether it is so at this moment. Undefined: it takes counters of workers to tell. */
  isSo: ((reading: AlertReading) => boolean) | undefined
}
