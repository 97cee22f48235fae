import { expect, it } from 'vitest'

import { deadReasons } from '../../../../src/shared/contract/states.ts'
import type { AttemptVerified, WorkerEvent } from '../../../../src/shared/telemetry/events.ts'
import { createMetrics, type DepthReading } from '../../../../src/shared/telemetry/metrics.ts'
import { collectProcessMetrics } from '../../../../src/shared/telemetry/metrics-of-process.ts'
import { bookedAttempt } from '../../../support/settled-attempt.ts'

const depths: DepthReading = {
  destination: 'default',
  inbox: 3,
  inboxOldestAgeMs: 1_500,
  aheadMs: { inbox: 7_200_000, results: 0 },
  vanished: 4,
  deadLetters: 2,
  queue: { delayed: 7, active: 1 },
  authorized: false,
  isPaused: true,
  isBreakerOpen: false,
  rate: 2.5,
  workers: 2,
  due: 5,
  dueOldestAgeMs: 90_000,
  nextDueMs: 2_000,
  concurrency: 16,
  certificateEndsMs: 3_000,
  retrying: { 'rate-limited': 6 },
  verifying: 4,
  deadLettersByReason: { refused: 1, uncertain: 2 },
  deadLettersOldestMs: 1_000,
  lastBookingMs: undefined,
}

const attempt = { ...bookedAttempt, durationMs: 120, latenessMs: 30, sinceDueMs: 7_000 }

const entry = { destination: 'default', id: 'a', entryId: '1-0' }

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => !line.startsWith('#'))
}

it('calls a counter what is called one, beside what Node tells of its process', async () => {
  const { registry } = createMetrics(() => Promise.resolve([depths]))
  collectProcessMetrics(registry)
  const misnamed = registry
    .getMetricsAsArray()
    .filter(({ name, type }) => name.endsWith('_total') !== (String(type) === 'counter'))
  expect(misnamed).toEqual([])
  expect(await registry.metrics()).toContain('nodejs_active_resources{')
})

it('reads what waits where at each scrape', async () => {
  const { scrape } = createMetrics(() => Promise.resolve([depths]))
  const lines = linesOf((await scrape()).text)
  expect(lines).toEqual(
    expect.arrayContaining([
      'ringback_redis_up 1',
      'ringback_inbox_depth{destination="default"} 3',
      'ringback_inbox_oldest_age_seconds{destination="default"} 1.5',
      'ringback_inbox_vanished_entries{destination="default"} 4',
      'ringback_dead_letters{destination="default"} 2',
      'ringback_queue_jobs{destination="default",state="delayed"} 7',
      'ringback_destination_authorized{destination="default"} 0',
      'ringback_dispatch_paused{destination="default"} 1',
      'ringback_breaker_open{destination="default"} 0',
      'ringback_rate_current{destination="default"} 2.5',
      'ringback_workers{destination="default"} 2',
      'ringback_callbacks_due{destination="default"} 5',
      'ringback_due_oldest_age_seconds{destination="default"} 90',
      'ringback_concurrency_limit{destination="default"} 16',
      'ringback_certificate_expiry_timestamp_seconds{destination="default"} 3',
      'ringback_next_due_timestamp_seconds{destination="default"} 2',
      'ringback_callbacks_retrying{destination="default",code="rate-limited"} 6',
      'ringback_dead_letters_by_reason{destination="default",reason="refused"} 1',
      'ringback_uncertain_open{destination="default",state="verifying"} 4',
      'ringback_uncertain_open{destination="default",state="held"} 2',
      'ringback_dead_letters_oldest_timestamp_seconds{destination="default"} 1',
    ]),
  )
})

it('has no time of what has never been, and nothing of a Redis that does not say', async () => {
  const unsaid = { memoryUsedRatio: undefined, isSafe: undefined, clockAheadMs: 0 }
  const said = { memoryUsedRatio: 0.5, isSafe: false, clockAheadMs: 0 }
  const { scrape } = createMetrics(
    () => Promise.resolve([depths]),
    () => Promise.resolve(readings.shift()),
  )
  const readings = [undefined, said, unsaid]
  const ofRedis = async () =>
    linesOf((await scrape()).text).filter((line) => /redis_(safe|memory)|last_booking/.test(line))
  expect(await ofRedis()).toEqual([])
  expect(await ofRedis()).toEqual(['ringback_redis_memory_used_ratio 0.5', 'ringback_redis_safe 0'])
  expect(await ofRedis()).toEqual([])
})

it('has 0 of a code that no callback waits with any more, and no time where none waits', async () => {
  const readings = [depths, { ...depths, retrying: { timeout: 1 }, nextDueMs: undefined }]
  const { scrape } = createMetrics(() => Promise.resolve(readings.splice(0, 1)))
  await scrape()
  const lines = linesOf((await scrape()).text)
  expect(lines.filter((line) => /retrying|next_due/.test(line))).toEqual([
    'ringback_callbacks_retrying{destination="default",code="rate-limited"} 0',
    'ringback_callbacks_retrying{destination="default",code="timeout"} 1',
  ])
})

it('has no rate where there is no limit any more', async () => {
  const readings = [depths, { ...depths, rate: undefined, isBreakerOpen: true }]
  const { scrape } = createMetrics(() => Promise.resolve(readings.splice(0, 1)))
  await scrape()
  const lines = linesOf((await scrape()).text)
  expect(lines).toContain('ringback_breaker_open{destination="default"} 1')
  expect(lines.filter((line) => line.startsWith('ringback_rate_current'))).toEqual([])
})

it('forgets what it said of a destination that is served no more, and of no other', async () => {
  let readings = [depths, { ...depths, destination: 'gone' }]
  const { scrape } = createMetrics(() => Promise.resolve(readings))
  expect((await scrape()).text).toContain('ringback_inbox_depth{destination="gone"} 3')
  readings = [depths]
  const { text } = await scrape()
  expect(text).not.toContain('"gone"')
  expect(text).toContain('ringback_queue_jobs{destination="default",state="delayed"} 7')
})

it('says that Redis is away instead of failing the scrape', async () => {
  const { scrape } = createMetrics(() => Promise.reject(new Error('away')))
  expect(linesOf((await scrape()).text)).toContain('ringback_redis_up 0')
})

it('counts an attempt by its outcome, and the callback when it ends', async () => {
  const { scrape, observe } = createMetrics(() => Promise.resolve([]))
  observe({ ...attempt, outcome: 'unavailable', code: 'rate-limited', state: 'retrying' })
  observe(attempt)
  const lines = linesOf((await scrape()).text)
  expect(lines).toEqual(
    expect.arrayContaining([
      'ringback_attempts_total{destination="default",outcome="unavailable",code="rate-limited"} 1',
      'ringback_attempts_total{destination="default",outcome="booked",code=""} 1',
      'ringback_callbacks_ended_total{destination="default",state="booked",reason=""} 1',
      'ringback_attempt_duration_seconds_count{destination="default",outcome="booked"} 1',
      'ringback_attempt_lateness_seconds_sum{destination="default"} 0.06',
      'ringback_callback_delay_seconds_sum{destination="default"} 7',
      'ringback_callback_delay_seconds_count{destination="default"} 1',
    ]),
  )
})

it('tells how long Redis took for each script', async () => {
  const { scrape, scriptTimed } = createMetrics(() => Promise.resolve([]))
  scriptTimed('begin', 2)
  scriptTimed('begin', 30)
  expect(linesOf((await scrape()).text)).toEqual(
    expect.arrayContaining([
      'ringback_script_duration_seconds_bucket{le="0.0025",script="begin"} 1',
      'ringback_script_duration_seconds_sum{script="begin"} 0.032',
    ]),
  )
})

it('counts a callback once, even if its settlement was written twice', async () => {
  const { scrape, observe } = createMetrics(() => Promise.resolve([]))
  observe(attempt)
  observe({ ...attempt, settlement: 'already' })
  expect(linesOf((await scrape()).text)).toContain(
    'ringback_callbacks_ended_total{destination="default",state="booked",reason=""} 1',
  )
})

it('counts a customer who is called twice', async () => {
  const { scrape, observe } = createMetrics(() => Promise.resolve([]))
  observe({ ...attempt, settlement: 'double-booking' })
  expect(linesOf((await scrape()).text)).toContain(
    'ringback_double_bookings_total{destination="default"} 1',
  )
})

it('counts what the reconciler has put right and what it could not', async () => {
  const { scrape, observe } = createMetrics(() => Promise.resolve([]))
  const { destination, id } = entry
  observe({ event: 'job.recovered', destination, id, why: '' })
  observe({
    event: 'callback.unreconciled',
    destination,
    problem: 'unknown-version',
    callbacks: 12,
    ids: [id],
    message: '',
  })
  observe({ event: 'dead-letter.relisted', destination, id })
  observe({ event: 'dead-letter.unlisted', destination, id, why: '' })
  expect(linesOf((await scrape()).text)).toEqual(
    expect.arrayContaining([
      'ringback_recovered_jobs_total{destination="default"} 1',
      'ringback_unreconciled_callbacks_total{destination="default",problem="unknown-version"} 12',
      'ringback_dead_letter_index_repairs_total{destination="default",repair="relisted"} 1',
      'ringback_dead_letter_index_repairs_total{destination="default",repair="unlisted"} 1',
    ]),
  )
})

it('counts inbox entries by what became of them', async () => {
  const { scrape, observe } = createMetrics(() => Promise.resolve([]))
  observe({ event: 'callback.scheduled', destination: 'default', id: 'a', dueAt: '' })
  observe({ event: 'entry.duplicate', ...entry })
  observe({
    event: 'entry.buried',
    ...entry,
    reason: 'invalid',
    code: 'invalid-intent',
    message: '',
  })
  const lines = linesOf((await scrape()).text)
  for (const result of ['scheduled', 'duplicate', 'buried']) {
    expect(lines).toContain(
      `ringback_inbox_entries_total{destination="default",result="${result}"} 1`,
    )
  }
  expect(lines).toContain(
    'ringback_callbacks_ended_total{destination="default",state="dead",reason="invalid"} 1',
  )
})

it('begins every counter at 0 whose labels are known, for each destination that is served', async () => {
  const { registry, scrape, observe } = createMetrics(() => Promise.resolve([]))
  observe({ event: 'worker.started', destinations: ['acme', 'default'] })
  const before = linesOf((await scrape()).text).filter((line) => line.includes('_total'))
  for (const line of before) expect(line).toMatch(/ 0$/)
  for (const { name, type } of registry.getMetricsAsArray()) {
    if (String(type) !== 'counter') continue
    expect(before, name).toContainEqual(expect.stringMatching(`^${name}`))
  }
  expect(before.filter((line) => line.includes('double_bookings'))).toEqual([
    'ringback_double_bookings_total{destination="acme"} 0',
    'ringback_double_bookings_total{destination="default"} 0',
  ])

  // No event makes a new line but one with a code that nobody knew.
  for (const event of everyCountedEvent()) observe(event)
  const lines = linesOf((await scrape()).text).filter((line) => line.includes('_total'))
  const unknown = lines.filter((line) => !before.includes(line.replace(/ \d+$/, ' 0')))
  expect(unknown).toEqual([
    'ringback_attempts_total{destination="default",outcome="uncertain",code="worker-lost"} 4',
  ])
})

/** Of each kind of event with labels, every kind of label. */
function everyCountedEvent(): WorkerEvent[] {
  const of = { destination: 'default', id: 'a' } as const
  const message = ''
  const followUps = ['retried', 'held', 'verifying', 'ended'] as const
  const verdicts = ['verified-booked', 'verified-not-booked', 'held', 'retried', 'unknown'] as const
  const problems = [
    ...(['wrong-type', 'unknown-version', 'unknown-state', 'unknown-generation'] as const),
    ...(['unknown-time', 'unreadable-intent', 'unreadable-job'] as const),
  ]
  const buried = { event: 'entry.buried', ...entry, code: 'c', message } as const
  const nothing = { reason: undefined, recordId: undefined, code: undefined, message: undefined }
  const verified: Omit<AttemptVerified, 'verdict'> = {
    event: 'attempt.verified',
    ...of,
    ...nothing,
    attempt: 1,
    state: 'retrying',
    settlement: 'settled',
    nextAttemptAt: undefined,
    callbackNumber: '',
    trace_id: undefined,
    span_id: undefined,
  }
  const uncertain = { outcome: 'uncertain', code: 'worker-lost', state: 'retrying' } as const
  return [
    { event: 'callback.scheduled', ...of, dueAt: '' },
    ...(['2', '3-5', '6+'] as const).map((nth) => ({
      event: 'number.repeated' as const,
      ...of,
      nth,
    })),
    { event: 'entry.duplicate', ...entry },
    ...deadReasons.map((reason) => ({ ...buried, reason })),
    { event: 'callback.expired', ...of },
    attempt,
    { ...attempt, settlement: 'double-booking' },
    ...followUps.map((followed) => ({ ...attempt, ...uncertain, followed })),
    ...verdicts.map((verdict) => ({ ...verified, verdict })),
    { event: 'job.recovered', ...of, why: '' },
    { event: 'dead-letter.relisted', ...of },
    { event: 'dead-letter.unlisted', ...of, why: '' },
    ...problems.map((problem) => ({
      event: 'callback.unreconciled' as const,
      destination: 'default',
      problem,
      callbacks: 1,
      ids: [],
      message,
    })),
    { event: 'bridge.failed', destination: 'default', entryId: undefined, message },
    { event: 'processor.failed', destination: 'default', id: undefined, message },
    { event: 'settlement.delayed', ...of, message },
    { event: 'maintenance.failed', part: 'walk', destination: 'default', message },
    { event: 'maintenance.failed', part: 'clock', destination: undefined, message },
    { event: 'redis.lost', message, connections: 3 },
  ]
}

it('counts a failure by the name of what failed', async () => {
  const { scrape, observe } = createMetrics(() => Promise.resolve([]))
  for (const event of everyCountedEvent()) observe(event)
  const lines = linesOf((await scrape()).text).filter((line) => line.includes('failures'))
  expect(lines.toSorted()).toEqual([
    'ringback_failures_total{part="bridge"} 1',
    'ringback_failures_total{part="maintenance"} 2',
    'ringback_failures_total{part="processor"} 1',
    'ringback_failures_total{part="redis"} 1',
    'ringback_failures_total{part="settlement"} 1',
  ])
})

it('counts requests for an access token by what came of them', async () => {
  const { scrape, observe } = createMetrics(() => Promise.resolve([]))
  observe({ event: 'worker.started', destinations: ['default'] })
  observe({ event: 'token.answered', destination: 'default', result: 'failed', code: 'x' })
  const lines = linesOf((await scrape()).text)
  expect(lines.filter((line) => line.startsWith('ringback_token_requests_total'))).toEqual([
    'ringback_token_requests_total{destination="default",result="granted"} 0',
    'ringback_token_requests_total{destination="default",result="failed"} 1',
    'ringback_token_requests_total{destination="default",result="unavailable"} 0',
  ])
})

it('says when the reconciler has last ended a round, and nothing before', async () => {
  const { scrape, observe } = createMetrics(() => Promise.resolve([]))
  const rounds = async () =>
    linesOf((await scrape()).text).filter((line) => line.startsWith('ringback_reconciler'))
  expect(await rounds()).toEqual([])
  observe({ event: 'walk.ended', endedAtMs: 60_000, durationMs: 1_500, scanned: 7 })
  expect(await rounds()).toEqual([
    'ringback_reconciler_last_round_timestamp_seconds 60',
    'ringback_reconciler_round_duration_seconds 1.5',
  ])
})
