import { acme, counter, type AlertCases, type CaseSeries } from './alert-case.ts'
import { objectiveCases } from './objective-cases.ts'
import { reconcilerCases } from './reconciler-cases.ts'

const always = (value: number, minutes = 60) => `${value}x${minutes}`
const gauge = (metric: string, value: number | string, labels: CaseSeries['labels'] = acme) => ({
  metric,
  labels,
  one: typeof value === 'number' ? always(value) : value,
})

/** A gauge of a destination that is one value where somebody is needed, and another where not. */
function ofGauge(metric: string, bad: number, good: number): AlertCases {
  return {
    labels: acme,
    fires: [{ when: `${metric} is ${bad}`, series: [gauge(metric, bad)], at: 60 }],
    quiet: [{ when: `${metric} is ${good}`, series: [gauge(metric, good)], at: 60 }],
  }
}

/** The same of Redis. */
function ofRedis(metric: string, bad: number, good: number): AlertCases {
  return {
    fires: [{ when: `${metric} is ${bad}`, series: [gauge(metric, bad, {})], at: 60 }],
    quiet: [{ when: `${metric} is ${good}`, series: [gauge(metric, good, {})], at: 60 }],
  }
}

/** A counter of which one count at all is one too many. */
function ofFirstCount(metric: string, more: Readonly<Record<string, string>>): AlertCases {
  const labels = { ...acme, ...more }
  return {
    labels: acme,
    fires: [
      {
        when: 'it is counted once, by one worker of two',
        series: [{ metric, labels, one: '0x20 1x20', other: '0x41' }],
        at: 22,
      },
      {
        when: 'the counter is born at 1',
        series: [{ metric, labels, one: '_x20 1x20', other: '_x41' }],
        at: 22,
      },
    ],
    quiet: [
      {
        when: 'it was counted long ago, and a worker starts anew at 0',
        series: [{ metric, labels, one: '1x100 0x200', other: '7x300' }],
        at: 290,
      },
    ],
  }
}

const overdue = (metric: string, bad: number, good: number): AlertCases => ({
  labels: acme,
  fires: [{ when: 'it is overdue', series: [gauge(metric, bad), gauge(paused, 0)], at: 60 }],
  quiet: [
    { when: 'it is hardly late', series: [gauge(metric, good), gauge(paused, 0)], at: 60 },
    { when: 'somebody has paused it', series: [gauge(metric, bad), gauge(paused, 1)], at: 60 },
  ],
})

const certificate = (badDays: number, goodDays: number) =>
  ofGauge(
    'ringback_certificate_expiry_timestamp_seconds',
    badDays * secondsOfADay + lookedAtSeconds,
    goodDays * secondsOfADay + lookedAtSeconds,
  )

const secondsOfADay = 86_400
/** When the cases of a gauge are looked at: an hour after promtool's time begins. */
const lookedAtSeconds = 3_600

const failures = 'ringback_failures_total'
const booking = 'ringback_last_booking_timestamp_seconds'
const vanished = 'ringback_inbox_vanished_entries'
const ahead = 'ringback_stream_ahead_seconds'
const paused = 'ringback_dispatch_paused'
const offset = 'ringback_clock_offset_seconds'
const age = 'ringback_due_oldest_age_seconds'

/** By the alert's name. A test holds it to the table. */
export const alertCases: Readonly<Record<string, AlertCases>> = {
  RingbackRedisDown: {
    fires: [
      { when: 'no worker reaches Redis', series: [gauge('ringback_redis_up', 0, {})], at: 5 },
    ],
    quiet: [
      {
        when: 'one of two does',
        series: [{ metric: 'ringback_redis_up', one: always(1), other: always(0) }],
        at: 5,
      },
    ],
  },
  RingbackWorkersAbsent: {
    labels: acme,
    fires: [
      {
        when: 'the last worker fell silent',
        series: [gauge('ringback_redis_up', 1, {}), gauge('ringback_workers', 0)],
        at: 10,
      },
    ],
    quiet: [
      {
        when: 'two live',
        series: [gauge('ringback_redis_up', 1, {}), gauge('ringback_workers', 2)],
        at: 10,
      },
    ],
  },
  RingbackWorkerCutOff: {
    labels: { instance: 'other' },
    fires: [
      {
        when: 'one of two does not reach Redis',
        series: [{ metric: 'ringback_redis_up', one: always(1), other: always(0) }],
        at: 10,
      },
    ],
    quiet: [{ when: 'neither does', series: [gauge('ringback_redis_up', 0, {})], at: 10 }],
  },
  RingbackRedisUnsafe: ofRedis('ringback_redis_safe', 0, 1),
  RingbackRedisFull: ofRedis('ringback_redis_memory_used_ratio', 0.97, 0.9),
  RingbackRedisFills: {
    fires: [
      {
        when: 'much is used',
        series: [gauge('ringback_redis_memory_used_ratio', 0.9, {})],
        at: 60,
      },
      {
        when: 'it grows fast',
        series: [gauge('ringback_redis_memory_used_ratio', '0.1+0.005x100', {})],
        at: 90,
      },
    ],
    quiet: [
      {
        when: 'half is used',
        series: [gauge('ringback_redis_memory_used_ratio', 0.5, {})],
        at: 60,
      },
    ],
  },
  RingbackFailures: {
    labels: { part: 'bridge' },
    fires: [
      {
        when: 'it fails every minute',
        series: [{ metric: failures, labels: { part: 'bridge' }, one: '0+1x60', other: '0x60' }],
        at: 50,
      },
    ],
    quiet: [
      {
        when: 'maintenance fails, or a worker starts anew',
        series: [
          { metric: failures, labels: { part: 'maintenance' }, one: '0+1x60' },
          { metric: failures, labels: { part: 'bridge' }, one: '9x30 0x30', other: '0x60' },
        ],
        at: 50,
      },
    ],
  },
  RingbackMaintenanceFails: {
    labels: { part: 'maintenance' },
    fires: [
      {
        when: 'it fails every minute',
        series: [
          { metric: failures, labels: { part: 'maintenance' }, one: '0+1x60', other: '0x60' },
        ],
        at: 50,
      },
    ],
    quiet: [
      {
        when: 'it has failed once',
        series: [
          { metric: failures, labels: { part: 'maintenance' }, one: '0x30 1x30', other: '0x60' },
        ],
        at: 50,
      },
    ],
  },
  RingbackClockOff: {
    labels: { instance: 'one' },
    fires: [
      {
        when: 'that of one worker is slow',
        series: [{ metric: offset, one: '-9x60', other: always(0) }],
        at: 30,
      },
    ],
    quiet: [{ when: 'they agree', series: [gauge(offset, 0.02, {})], at: 30 }],
  },
  RingbackEventLoopLag: {
    labels: { instance: 'one' },
    fires: [
      {
        when: 'one worker of two is slow',
        series: [
          { metric: 'nodejs_eventloop_lag_p99_seconds', one: always(0.5), other: always(0.01) },
        ],
        at: 30,
      },
    ],
    quiet: [
      { when: 'none is', series: [gauge('nodejs_eventloop_lag_p99_seconds', 0.02, {})], at: 30 },
    ],
  },
  RingbackVersionsMixed: {
    fires: [
      {
        when: 'two versions run for hours',
        series: [
          {
            metric: 'ringback_build_info',
            labels: { version: '1' },
            one: always(1, 300),
            other: '_',
          },
          {
            metric: 'ringback_build_info',
            labels: { version: '2' },
            one: '_',
            other: always(1, 300),
          },
        ],
        at: 200,
      },
    ],
    quiet: [
      {
        when: 'there is one',
        series: [{ metric: 'ringback_build_info', labels: { version: '1' }, one: always(1, 300) }],
        at: 200,
      },
    ],
  },
  RingbackInboxNotTakenIn: ofGauge('ringback_inbox_oldest_age_seconds', 90, 5),
  RingbackUnauthorized: ofGauge('ringback_destination_authorized', 0, 1),
  RingbackCertificateEnds: certificate(6, 8),
  RingbackCertificateEndsSoon: certificate(29, 31),
  RingbackNothingBooked: {
    labels: acme,
    fires: [
      {
        when: 'the last booking is long ago and something is due',
        series: [gauge(age, 2_000), gauge(booking, 0)],
        at: 60,
      },
    ],
    quiet: [
      {
        when: 'something was booked just now',
        series: [gauge(age, 2_000), gauge(booking, '0+60x60')],
        at: 60,
      },
      { when: 'nothing is due', series: [gauge(age, 0), gauge(booking, 0)], at: 60 },
    ],
  },
  RingbackBreakerOpen: ofGauge('ringback_breaker_open', 1, 0),
  RingbackOverdueLong: overdue(age, 1_000, 800),
  RingbackOverdue: overdue(age, 400, 200),
  RingbackBacklogLong: {
    labels: acme,
    fires: [
      {
        when: 'it takes two hours',
        series: [gauge('ringback_callbacks_due', 7_200), gauge('ringback_rate_current', 1)],
        at: 60,
      },
    ],
    quiet: [
      {
        when: 'it takes ten minutes, or nothing may be sent',
        series: [gauge('ringback_callbacks_due', 600), gauge('ringback_rate_current', 1)],
        at: 60,
      },
      {
        when: 'nothing may be sent',
        series: [gauge('ringback_callbacks_due', 7_200), gauge('ringback_rate_current', 0)],
        at: 60,
      },
    ],
  },
  RingbackPaused: {
    labels: acme,
    fires: [
      {
        when: 'it lasts',
        series: [{ metric: paused, labels: acme, one: always(1, 300) }],
        at: 290,
      },
    ],
    quiet: [{ when: 'it is short', series: [gauge(paused, 1)], at: 60 }],
  },
  RingbackSalesforceSlow: {
    labels: acme,
    fires: [{ when: 'answers take ten seconds', series: durations('0x60', '0+10x60'), at: 50 }],
    quiet: [{ when: 'they take less', series: durations('0+10x60', '0+10x60'), at: 50 }],
  },
  RingbackDoubleBookings: {
    labels: acme,
    fires: [
      {
        when: 'there are several',
        series: [counter('ringback_double_bookings_total', {}, '0+1x60')],
        at: 50,
      },
    ],
    quiet: [
      {
        when: 'there is one',
        series: [counter('ringback_double_bookings_total', {}, '0x30 1x30')],
        at: 50,
      },
    ],
  },
  RingbackDoubleBooking: ofFirstCount('ringback_double_bookings_total', {}),
  RingbackUncertain: {
    labels: acme,
    fires: [{ when: 'a tenth is', series: uncertain('0+1x90'), at: 80 }],
    quiet: [{ when: 'hardly any is', series: uncertain('0x60 1x30'), at: 80 }],
  },
  RingbackDeadLettersGrow: {
    labels: acme,
    fires: [{ when: 'many die', series: [gauge('ringback_dead_letters', '0+1x60')], at: 50 }],
    quiet: [{ when: 'none does', series: [gauge('ringback_dead_letters', 500)], at: 50 }],
  },
  RingbackDeadLettersWait: {
    labels: acme,
    fires: [{ when: 'one waits for two days', series: [oldestLetter('0x290')], at: 2_880 }],
    quiet: [{ when: 'it died just now', series: [oldestLetter('0+600x290')], at: 2_880 }],
  },
  RingbackEntriesVanish: {
    labels: acme,
    fires: [{ when: 'some do', series: [gauge(vanished, '0x20 3x40')], at: 25 }],
    quiet: [{ when: 'some did long ago', series: [gauge(vanished, 3)], at: 25 }],
  },
  RingbackIdsAhead: {
    labels: acme,
    fires: [{ when: 'they are', series: [gauge(ahead, 90, { ...acme, stream: 'inbox' })], at: 60 }],
    quiet: [{ when: 'not', series: [gauge(ahead, 0, { ...acme, stream: 'inbox' })], at: 60 }],
  },
  RingbackRecovered: {
    labels: acme,
    fires: [
      {
        when: 'many were',
        series: [counter('ringback_recovered_jobs_total', {}, '0+1x60')],
        at: 50,
      },
    ],
    quiet: [
      {
        when: 'one was',
        series: [counter('ringback_recovered_jobs_total', {}, '0x30 1x30')],
        at: 50,
      },
    ],
  },
  RingbackReconcilerStalled: reconcilerCases,
  RingbackUnreconciled: ofFirstCount('ringback_unreconciled_callbacks_total', {
    problem: 'unknown-state',
  }),
  RingbackManyForOneNumber: {
    ...ofFirstCount('ringback_same_number_callbacks_total', { nth: '6+' }),
    labels: { ...acme, nth: '6+' },
  },
  ...objectiveCases,
}

function oldestLetter(one: string): CaseSeries {
  return { metric: 'ringback_dead_letters_oldest_timestamp_seconds', labels: acme, one }
}

function durations(fast: string, all: string): CaseSeries[] {
  const metric = 'ringback_attempt_duration_seconds_bucket'
  return [
    counter(metric, { outcome: 'booked', le: '5' }, fast),
    counter(metric, { outcome: 'booked', le: '10' }, all),
    counter(metric, { outcome: 'booked', le: '+Inf' }, all),
  ]
}

function uncertain(one: string): CaseSeries[] {
  return [
    counter('ringback_uncertain_outcomes_total', { followed: 'retried' }, one),
    counter('ringback_attempt_duration_seconds_count', { outcome: 'booked' }, '0+10x90'),
  ]
}
