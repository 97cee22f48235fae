import { Gauge, type Registry } from 'prom-client'

/** What tells of a destination how long somebody, or something, has waited. */
export interface WaitingReading {
  destination: string
  /** Workers that have said lately that they are there. */
  workers: number
  due: number
  /** 0 where nothing is due. */
  dueOldestAgeMs: number
  /** Epoch ms; undefined where none waits for its time. */
  nextDueMs: number | undefined
  /** Callbacks that wait for another attempt, by the code of the last one. */
  retrying: Readonly<Record<string, number>>
  /** How many of them Salesforce is asked about first. */
  verifying: number
  deadLettersByReason: Readonly<Record<string, number>>
  /** Epoch ms; undefined where there is no dead letter. */
  deadLettersOldestMs: number | undefined
  /** Epoch ms; undefined before the first booking. */
  lastBookingMs: number | undefined
}

export function createWaitingGauges(registry: Registry): (reading: WaitingReading) => void {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['destination'], registers: [registry] })
  const workers = gauge(
    'ringback_workers',
    'Workers that serve the destination, by what they say in Redis every five seconds.',
  )
  const due = gauge(
    'ringback_callbacks_due',
    'Callbacks that could go now, also those that a pause or the circuit breaker holds back.',
  )
  const age = gauge(
    'ringback_due_oldest_age_seconds',
    'How long what is first in line has been due; 0 where nothing is due.',
  )
  const oldest = gauge(
    'ringback_dead_letters_oldest_timestamp_seconds',
    'When the oldest dead letter that nobody has decided about died. Absent where there is none.',
  )
  const booked = gauge(
    'ringback_last_booking_timestamp_seconds',
    'When Salesforce has last booked a callback, over all workers. Absent before the first.',
  )
  const next = gauge(
    'ringback_next_due_timestamp_seconds',
    'When the next callback that waits for its time is due. Absent where none waits: it is quiet, not stuck.',
  )
  const setRetrying = createRetryingGauge(registry)
  const setReasons = createReasonGauges(registry)
  return (reading) => {
    const { destination } = reading
    setRetrying(reading)
    setReasons(reading)
    setTime(next, destination, reading.nextDueMs)
    workers.set({ destination }, reading.workers)
    due.set({ destination }, reading.due)
    age.set({ destination }, reading.dueOldestAgeMs / 1000)
    setTime(oldest, destination, reading.deadLettersOldestMs)
    setTime(booked, destination, reading.lastBookingMs)
  }
}

function createReasonGauges(registry: Registry): (reading: WaitingReading) => void {
  const reasons = new Gauge({
    name: 'ringback_dead_letters_by_reason',
    help: 'Dead letters that nobody has decided about, by what they died of.',
    labelNames: ['destination', 'reason'],
    registers: [registry],
  })
  const doubt = new Gauge({
    name: 'ringback_uncertain_open',
    help: 'Callbacks of which nobody knows at this moment whether they are booked: verifying (Salesforce is asked), or held (dead letters that wait for ringback resolve).',
    labelNames: ['destination', 'state'],
    registers: [registry],
  })
  return ({ destination, deadLettersByReason, verifying }) => {
    for (const [reason, count] of Object.entries(deadLettersByReason)) {
      reasons.set({ destination, reason }, count)
    }
    doubt.set({ destination, state: 'verifying' }, verifying)
    doubt.set({ destination, state: 'held' }, deadLettersByReason['uncertain'] ?? 0)
  }
}

function createRetryingGauge(registry: Registry): (reading: WaitingReading) => void {
  const gauge = new Gauge({
    name: 'ringback_callbacks_retrying',
    help: 'Callbacks that wait for another attempt, by the code of the last one.',
    labelNames: ['destination', 'code'],
    registers: [registry],
  })
  const known = new Map<string, ReadonlySet<string>>()
  return ({ destination, retrying }) => {
    // A code of which none waits any more stays, at 0.
    const codes = new Set([...(known.get(destination) ?? []), ...Object.keys(retrying)])
    known.set(destination, codes)
    for (const code of codes) gauge.set({ destination, code }, retrying[code] ?? 0)
  }
}

function setTime(gauge: Gauge<'destination'>, destination: string, ms: number | undefined): void {
  if (ms === undefined) gauge.remove({ destination })
  else gauge.set({ destination }, ms / 1000)
}
