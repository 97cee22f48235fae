import { Counter, Gauge, Registry } from 'prom-client'

import type { Observer, WorkerEvent } from './events.ts'
import { createExemplarRegistry, readExemplars, type Exemplars } from './exemplars.ts'
import { createForgetting } from './forget-destinations.ts'
import { knownLabels } from './known-labels.ts'
import { createAttemptHistograms } from './metrics-of-attempts.ts'
import { createBuildInfo } from './metrics-of-process.ts'
import { createConfiguredGauges, type ConfiguredReading } from './metrics-of-configuration.ts'
import { createRedisGauges, type RedisReading } from './metrics-of-redis.ts'
import { createRoundGauges } from './metrics-of-rounds.ts'
import { createScriptHistogram } from './metrics-of-scripts.ts'
import { createWaitingGauges, type WaitingReading } from './metrics-of-waiting.ts'
import type { ScriptTimed } from './script-timings.ts'

/** What waits where, asked for at each scrape. Ages in ms. */
export interface DepthReading extends WaitingReading, ConfiguredReading {
  inbox: number
  inboxOldestAgeMs: number
  /** By how much the ids of a stream are ahead of Redis' clock. */
  aheadMs: { readonly inbox: number; readonly results: number }
  vanished: number | undefined
  deadLetters: number
  queue: Readonly<Record<string, number>>
  authorized: boolean
  isPaused: boolean
  isBreakerOpen: boolean
  /** Attempts a second; undefined for no limit. */
  rate: number | undefined
}

export interface Metrics {
  registry: Registry
  observe: Observer
  scriptTimed: ScriptTimed
  /** What `/metrics` answers: depths are read first, so that they are those of this moment. */
  scrape: () => Promise<{ contentType: string; text: string; exemplars: Exemplars }>
}

/** Every metric there is; docs/metrics.md is generated from the registry. */
export function createMetrics(
  readDepths: () => Promise<DepthReading[]>,
  readRedis: () => Promise<RedisReading | undefined> = () => Promise.resolve(undefined),
): Metrics {
  const registry = new Registry()
  const traced = createExemplarRegistry()
  const counters = createCounters(registry)
  const noteTimes = createAttemptHistograms(registry, traced)
  for (const part of knownLabels.part) counters.failures.inc({ part }, 0)
  const gauges = createGauges(registry)
  const setRedis = createRedisGauges(registry)
  const forgetDestinations = createForgetting(registry)
  const scrapeDuration = new Gauge({
    name: 'ringback_scrape_duration_seconds',
    help: 'How long it took to read from Redis what this scrape tells.',
    registers: [registry],
  })
  const sayVersion = createBuildInfo(registry)
  const noteRound = createRoundGauges(registry)
  const scriptTimed = createScriptHistogram(registry)
  const readAll = async () => {
    const end = scrapeDuration.startTimer()
    const [depths, redis] = await Promise.all([
      readDepths().catch(() => undefined),
      readRedis().catch(() => undefined),
    ])
    end()
    if (depths !== undefined) await forgetDestinations(depths.map(({ destination }) => destination))
    gauges.set(depths)
    if (redis !== undefined) setRedis(redis)
  }
  return {
    registry,
    scriptTimed,
    observe: (event) => {
      if (event.event === 'worker.started') sayVersion()
      if (event.event === 'walk.ended') noteRound(event)
      noteTimes(event)
      count(counters, event)
    },
    scrape: async () => {
      await readAll()
      // Together, so that both are of the same moment.
      const [text, exemplars] = await Promise.all([registry.metrics(), readExemplars(traced)])
      return { contentType: registry.contentType, text, exemplars }
    },
  }
}

type Counters = ReturnType<typeof createCounters>

function createCounters(registry: Registry) {
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers })
  return {
    entries: counter(
      'ringback_inbox_entries_total',
      'Inbox entries taken in, by what became of them: scheduled, duplicate, fulfilled (a cancel or a reschedule), or buried as a dead letter.',
      ['destination', 'result'],
    ),
    sameNumber: counter(
      'ringback_same_number_callbacks_total',
      'Callbacks accepted for a number that had others accepted within two hours before, by which one it is: 2 (the second), 3-5, or 6+. A few are families and impatience; 6+ is a loop or a flood.',
      ['destination', 'nth'],
    ),
    attempts: counter(
      'ringback_attempts_total',
      'Attempts by outcome (booked, refused, unavailable, uncertain) and code.',
      ['destination', 'outcome', 'code'],
    ),
    ended: counter(
      'ringback_callbacks_ended_total',
      'Callbacks that ended, by state (booked, dead, or cancelled: through the inbox, or while an attempt was under way) and the reason of death.',
      ['destination', 'state', 'reason'],
    ),
    uncertain: counter(
      'ringback_uncertain_outcomes_total',
      'Attempts with an uncertain outcome, by what followed: retried (and marked as a possible duplicate), held, verifying, or ended (the budget was spent).',
      ['destination', 'followed'],
    ),
    verified: counter(
      'ringback_verifications_total',
      'Queries to Salesforce whether an uncertain attempt was booked, by verdict: verified-booked, verified-not-booked, held (no clear answer), retried (no longer asked), or unknown (asked again later).',
      ['destination', 'verdict'],
    ),
    doubled: counter(
      'ringback_double_bookings_total',
      'Callbacks that Salesforce is known to have booked more than once. Each one means that a customer is called twice.',
      ['destination'],
    ),
    failures: counter(
      'ringback_failures_total',
      'Failures of Ringback itself or of Redis, never of Salesforce, by part: bridge, processor, maintenance, settlement (an outcome could not be written down yet) or redis (it was lost: once until it is back, and once for each reason that it gives meanwhile).',
      ['part'],
    ),
    recovered: counter(
      'ringback_recovered_jobs_total',
      'Callbacks that the queue had lost and that were put back from the ledger.',
      ['destination'],
    ),
    unreconciled: counter(
      'ringback_unreconciled_callbacks_total',
      'Callbacks that cannot be read, and so not repaired, by problem; counted again in each pass over the keys.',
      ['destination', 'problem'],
    ),
    tokens: counter(
      'ringback_token_requests_total',
      'Requests to Salesforce for an access token of the core API, which is asked whether an uncertain attempt was booked, by result: granted, failed (refused), or unavailable. The tokens that book callbacks are signed here and asked of nobody.',
      ['destination', 'result'],
    ),
    indexRepairs: counter(
      'ringback_dead_letter_index_repairs_total',
      'Entries of the index of dead letters that were missing (relisted) or named none (unlisted).',
      ['destination', 'repair'],
    ),
  }
}

type CreateGauge = (name: string, help: string, labelNames: string[]) => Gauge

function createControlGauges(gauge: CreateGauge): (reading: DepthReading) => void {
  const paused = gauge(
    'ringback_dispatch_paused',
    '1 while somebody has paused the destination (ringback pause), so that nothing is sent; else 0.',
    ['destination'],
  )
  const open = gauge(
    'ringback_breaker_open',
    '1 while the circuit breaker is open, so that nothing but probes is sent: Salesforce is failing. Else 0, also while the rate rises after that.',
    ['destination'],
  )
  const rate = gauge(
    'ringback_rate_current',
    'Attempts a second that may be made at this moment over all workers: as configured or set by ringback rate, less while it rises after an outage or recovers from a limit of Salesforce, and 0 while it is paused or the circuit breaker is open. Absent where there is no limit.',
    ['destination'],
  )
  return ({ destination, ...reading }) => {
    paused.set({ destination }, reading.isPaused ? 1 : 0)
    open.set({ destination }, reading.isBreakerOpen ? 1 : 0)
    if (reading.rate === undefined) rate.remove({ destination })
    else rate.set({ destination }, reading.rate)
  }
}

function createGauges(registry: Registry) {
  const gauge: CreateGauge = (name, help, labelNames) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const inbox = gauge('ringback_inbox_depth', 'Inbox entries not yet taken in.', ['destination'])
  const age = gauge(
    'ringback_inbox_oldest_age_seconds',
    'How long the oldest inbox entry has waited; if its id is not a time, since the first scrape that saw it.',
    ['destination'],
  )
  const ahead = gauge(
    'ringback_stream_ahead_seconds',
    'By how much the last id of the inbox, or of the results, is ahead of Redis’ clock: 0 when all is well. ringback repair fixes it.',
    ['destination', 'stream'],
  )
  const vanished = gauge(
    'ringback_inbox_vanished_entries',
    'Inbox entries that somebody removed before they were taken in (XADD with MAXLEN or MINID, XTRIM, XDEL), since that has been counted. Raw entries among them are lost promises. Needs Redis 7.',
    ['destination'],
  )
  const dead = gauge('ringback_dead_letters', 'Dead letters that nobody has decided about.', [
    'destination',
  ])
  const queue = gauge('ringback_queue_jobs', 'Jobs on the queue by BullMQ state.', [
    'destination',
    'state',
  ])
  const authorized = gauge(
    'ringback_destination_authorized',
    '0 after Salesforce has refused a fresh token: key, org id or call center are wrong. Else 1.',
    ['destination'],
  )
  const setControl = createControlGauges(gauge)
  const setWaiting = createWaitingGauges(registry)
  const setConfigured = createConfiguredGauges(registry)
  const redis = gauge(
    'ringback_redis_up',
    '1 if Redis answered this scrape, else 0; the gauges above then keep their last values.',
    [],
  )

  function setDepths({ destination, ...reading }: DepthReading): void {
    inbox.set({ destination }, reading.inbox)
    age.set({ destination }, reading.inboxOldestAgeMs / 1000)
    for (const [stream, aheadMs] of Object.entries(reading.aheadMs)) {
      ahead.set({ destination, stream }, aheadMs / 1000)
    }
    if (reading.vanished !== undefined) vanished.set({ destination }, reading.vanished)
    dead.set({ destination }, reading.deadLetters)
    authorized.set({ destination }, reading.authorized ? 1 : 0)
    for (const [state, jobs] of Object.entries(reading.queue)) {
      queue.set({ destination, state }, jobs)
    }
    setControl({ destination, ...reading })
    setWaiting({ destination, ...reading })
    setConfigured({ destination, ...reading })
  }

  return {
    /** `undefined`: Redis did not answer. */
    set: (readings: readonly DepthReading[] | undefined) => {
      redis.set(readings === undefined ? 0 : 1)
      readings?.forEach(setDepths)
    },
  }
}

/**
 * Every label set that is known beforehand begins at 0 for each destination that is served. `increase()` sees no step from
 * nothing to 1: without this, an alarm would miss the first double booking of each worker.
 */
function startAtZero(counters: Counters, destination: string): void {
  const { result, ends, nth, followed, verdict, problem, repair, token } = knownLabels
  result.forEach((each) => counters.entries.inc({ destination, result: each }, 0))
  ends.forEach((each) => counters.ended.inc({ destination, ...each }, 0))
  nth.forEach((each) => counters.sameNumber.inc({ destination, nth: each }, 0))
  followed.forEach((each) => counters.uncertain.inc({ destination, followed: each }, 0))
  verdict.forEach((each) => counters.verified.inc({ destination, verdict: each }, 0))
  problem.forEach((each) => counters.unreconciled.inc({ destination, problem: each }, 0))
  token.forEach((each) => counters.tokens.inc({ destination, result: each }, 0))
  repair.forEach((each) => counters.indexRepairs.inc({ destination, repair: each }, 0))
  counters.attempts.inc({ destination, outcome: 'booked', code: '' }, 0)
  counters.doubled.inc({ destination }, 0)
  counters.recovered.inc({ destination }, 0)
}

const entryResults: Partial<Record<WorkerEvent['event'], string>> = {
  'callback.scheduled': 'scheduled',
  'entry.duplicate': 'duplicate',
  'entry.fulfilled': 'fulfilled',
  'entry.buried': 'buried',
}

const failingParts: Partial<Record<WorkerEvent['event'], string>> = {
  'bridge.failed': 'bridge',
  'processor.failed': 'processor',
  'maintenance.failed': 'maintenance',
  'settlement.delayed': 'settlement',
  'redis.lost': 'redis',
}

const indexRepairs: Partial<Record<WorkerEvent['event'], string>> = {
  'dead-letter.relisted': 'relisted',
  'dead-letter.unlisted': 'unlisted',
}

function count(counters: Counters, event: WorkerEvent): void {
  if (event.event === 'worker.started') {
    for (const destination of event.destinations) startAtZero(counters, destination)
  }
  if (event.event === 'destination.added') startAtZero(counters, event.destination)
  const part = failingParts[event.event]
  if (part !== undefined) counters.failures.inc({ part })
  if (event.event === 'maintenance.failed' || !('destination' in event)) return
  const { destination } = event
  const result = entryResults[event.event]
  if (result !== undefined) counters.entries.inc({ destination, result })
  if (event.event === 'number.repeated') counters.sameNumber.inc({ destination, nth: event.nth })
  if (event.event === 'attempt.settled') countAttempt(counters, event)
  if (event.event === 'attempt.verified') countVerdict(counters, event)
  if (event.event === 'token.answered') counters.tokens.inc({ destination, result: event.result })
  countEndWithoutAttempt(counters, event)
  countReconciliation(counters, event)
}

function countEndWithoutAttempt(
  counters: Counters,
  event: Extract<WorkerEvent, { destination: string }>,
): void {
  const { destination } = event
  if (event.event === 'entry.buried') countEnd(counters, { ...event, state: 'dead' })
  if (event.event === 'callback.cancelled') {
    countEnd(counters, { destination, state: 'cancelled', reason: undefined })
  }
  if (event.event === 'callback.expired') {
    countEnd(counters, { destination, state: 'dead', reason: 'expired' })
  }
}

function countReconciliation(
  { recovered, unreconciled, indexRepairs: repairs }: Counters,
  event: Extract<WorkerEvent, { destination: string }>,
): void {
  const { destination } = event
  if (event.event === 'job.recovered') recovered.inc({ destination })
  if (event.event === 'callback.unreconciled') {
    unreconciled.inc({ destination, problem: event.problem }, event.callbacks)
  }
  const repair = indexRepairs[event.event]
  if (repair !== undefined) repairs.inc({ destination, repair })
}

function countAttempt(
  counters: Counters,
  event: Extract<WorkerEvent, { event: 'attempt.settled' }>,
): void {
  const { destination, outcome, code = '', settlement } = event
  counters.attempts.inc({ destination, outcome, code })
  const { followed } = event
  if (followed !== undefined) counters.uncertain.inc({ destination, followed })
  if (settlement === 'double-booking') counters.doubled.inc({ destination })
  if (endingSettlements.has(settlement) && event.state !== 'retrying') countEnd(counters, event)
}

function countVerdict(
  counters: Counters,
  event: Extract<WorkerEvent, { event: 'attempt.verified' }>,
): void {
  const { destination, verdict, state } = event
  counters.verified.inc({ destination, verdict })
  if (endingSettlements.has(event.settlement) && state !== 'retrying') countEnd(counters, event)
}

/** Of these, each comes once for an end. */
const endingSettlements: ReadonlySet<string> = new Set(['settled', 'cancelled', 'late-booking'])

function countEnd(
  { ended }: Counters,
  {
    destination,
    state,
    reason,
  }: { destination: string; state: string; reason?: string | undefined },
): void {
  ended.inc({ destination, state, reason: reason ?? '' })
}
