import { now, nowOfAll, ofWorkers, perMinute } from './expressions.ts'
import type { Row } from './panel.ts'

export const doubtRow: Row = {
  id: 400,
  title: 'Doubt',
  panels: [
    {
      id: 401,
      title: 'Uncertain attempts a minute',
      description: 'Nobody knows whether they were booked; by what followed.',
      kind: 'stack',
      unit: 'cpm',
      width: 8,
      series: [
        {
          expr: perMinute('ringback_uncertain_outcomes_total', ['followed']),
          legend: '{{destination}} {{followed}}',
        },
      ],
    },
    {
      id: 402,
      title: 'Salesforce was asked, a minute',
      description: 'Whether an uncertain attempt was booked; by verdict.',
      kind: 'stack',
      unit: 'cpm',
      width: 8,
      series: [
        {
          expr: perMinute('ringback_verifications_total', ['verdict']),
          legend: '{{destination}} {{verdict}}',
        },
      ],
    },
    {
      id: 403,
      title: 'Booked twice a minute',
      description: 'Customers who are called twice.',
      kind: 'lines',
      unit: 'cpm',
      width: 8,
      series: [
        { expr: perMinute('ringback_double_bookings_total', []), legend: '{{destination}}' },
      ],
    },
    {
      id: 404,
      title: 'Dead letters',
      description: 'That nobody has decided about, by what they died of.',
      kind: 'stack',
      unit: 'short',
      width: 8,
      series: [
        {
          expr: now('ringback_dead_letters_by_reason', 'reason'),
          legend: '{{destination}} {{reason}}',
        },
      ],
    },
    {
      id: 405,
      title: 'Oldest dead letter',
      description: 'For how long nobody has decided about it.',
      kind: 'figure',
      unit: 's',
      width: 4,
      series: [
        {
          expr: 'time() - min by (destination) (ringback_dead_letters_oldest_timestamp_seconds{destination=~"$destination"})',
          legend: '{{destination}}',
        },
      ],
      limits: { orange: 43_200, red: 86_400 },
    },
    {
      id: 406,
      title: 'Many for one number, a minute',
      description:
        'Callbacks accepted for a number that had others within two hours; 6+ is a loop or a flood.',
      kind: 'stack',
      unit: 'cpm',
      width: 6,
      series: [
        {
          expr: perMinute('ringback_same_number_callbacks_total', ['nth']),
          legend: '{{destination}} {{nth}}',
        },
      ],
    },
    {
      id: 407,
      title: 'Put right, a minute',
      description:
        'What the reconciler gave back to the queue or the index, and what it cannot read.',
      kind: 'lines',
      unit: 'cpm',
      width: 6,
      series: [
        {
          expr: perMinute('ringback_recovered_jobs_total', []),
          legend: '{{destination}} recovered',
        },
        {
          expr: perMinute('ringback_unreconciled_callbacks_total', ['problem']),
          legend: '{{destination}} {{problem}}',
        },
        {
          expr: perMinute('ringback_dead_letter_index_repairs_total', ['repair']),
          legend: '{{destination}} {{repair}}',
        },
      ],
    },
    {
      id: 408,
      title: 'In doubt now',
      description:
        'Nobody knows whether they are booked: Salesforce is asked, or somebody has to say (ringback resolve).',
      kind: 'lines',
      unit: 'short',
      width: 8,
      series: [
        { expr: now('ringback_uncertain_open', 'state'), legend: '{{destination}} {{state}}' },
      ],
    },
    {
      id: 409,
      title: 'Last round of the reconciler',
      description: 'When all keys were last looked at. One worker does it for all.',
      kind: 'figure',
      unit: 'dateTimeFromNow',
      width: 4,
      series: [
        {
          expr: `1000 * ${nowOfAll('ringback_reconciler_last_round_timestamp_seconds')}`,
          legend: 'ended',
        },
      ],
    },
    {
      id: 410,
      title: 'It took',
      description: 'Seventeen minutes for a million callbacks that wait.',
      kind: 'figure',
      unit: 's',
      width: 4,
      series: [{ expr: nowOfAll('ringback_reconciler_round_duration_seconds'), legend: 'a round' }],
    },
  ],
}

export const redisRow: Row = {
  id: 500,
  title: 'Redis',
  panels: [
    {
      id: 501,
      title: 'Answers',
      description: '0: Redis answers no worker.',
      kind: 'figure',
      unit: 'bool',
      width: 4,
      series: [{ expr: nowOfAll('ringback_redis_up'), legend: 'answers' }],
      limits: { red: 1, falling: true },
    },
    {
      id: 502,
      title: 'Keeps what it is given',
      description:
        '0: no append-only file, a failed write to it, or eviction. Do what ringback doctor says.',
      kind: 'figure',
      unit: 'bool',
      width: 4,
      series: [{ expr: 'min (ringback_redis_safe)', legend: 'safe' }],
      limits: { red: 1, falling: true },
    },
    {
      id: 503,
      title: 'Memory used',
      description: 'Of its maxmemory: at 1 it refuses whatever is new.',
      kind: 'lines',
      unit: 'percentunit',
      width: 8,
      series: [{ expr: nowOfAll('ringback_redis_memory_used_ratio'), legend: 'used' }],
      limits: { orange: 0.85, red: 0.95 },
    },
    {
      id: 504,
      title: 'Clocks differ by',
      description:
        'That of each worker and that of Redis, by which callbacks are due and tokens are dated.',
      kind: 'lines',
      unit: 's',
      width: 8,
      series: [{ expr: 'ringback_clock_offset_seconds', legend: '{{instance}}' }],
      limits: { orange: 1, red: 5 },
    },
    {
      id: 505,
      title: 'A scrape takes',
      description: 'How long it takes to read from Redis what a worker tells here.',
      kind: 'lines',
      unit: 's',
      width: 8,
      series: [{ expr: 'ringback_scrape_duration_seconds', legend: '{{instance}}' }],
    },
    {
      id: 506,
      title: 'Ids ahead of the clock',
      description: '0 when all is well; ringback repair fixes it.',
      kind: 'lines',
      unit: 's',
      width: 8,
      series: [
        {
          expr: now('ringback_stream_ahead_seconds', 'stream'),
          legend: '{{destination}} {{stream}}',
        },
      ],
      limits: { orange: 0.5, red: 1 },
    },
    {
      id: 507,
      title: 'Taken from the inbox by somebody else',
      description: 'Entries that were removed before they were taken in: lost promises.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      series: [{ expr: now('ringback_inbox_vanished_entries'), legend: '{{destination}}' }],
    },
    {
      id: 508,
      title: 'Scripts take, 99 %',
      description:
        'As workers feel it: with the way there and back, and all that was served before.',
      kind: 'lines',
      unit: 's',
      width: 8,
      series: [
        {
          expr: 'histogram_quantile(0.99, sum by (script, le) (rate(ringback_script_duration_seconds_bucket[$__rate_interval])))',
          legend: '{{script}}',
        },
      ],
    },
  ],
}

export const processRow: Row = {
  id: 600,
  title: 'Process',
  panels: [
    {
      id: 601,
      title: 'Workers',
      description: 'That have said lately in Redis that they are there.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      series: [{ expr: now('ringback_workers'), legend: '{{destination}}' }],
    },
    {
      id: 602,
      title: 'Versions',
      description: 'Two at a time are an upgrade that is under way.',
      kind: 'table',
      unit: 'short',
      width: 8,
      series: [
        { expr: 'count by (version, node) (ringback_build_info)', legend: '{{version}} {{node}}' },
      ],
    },
    {
      id: 603,
      title: 'Failures a minute',
      description:
        'Of Ringback itself or of Redis, never of Salesforce. The log says more at level error.',
      kind: 'stack',
      unit: 'cpm',
      width: 8,
      series: [
        {
          expr: '60 * sum by (part) (rate(ringback_failures_total[$__rate_interval]))',
          legend: '{{part}}',
        },
      ],
    },
    {
      id: 604,
      title: 'Processor time',
      description: 'Seconds a second, of each worker.',
      kind: 'lines',
      unit: 'percentunit',
      width: 6,
      series: [
        {
          expr: ofWorkers('rate(process_cpu_seconds_total[$__rate_interval])'),
          legend: '{{instance}}',
        },
      ],
    },
    {
      id: 605,
      title: 'Memory',
      description: 'Of each worker.',
      kind: 'lines',
      unit: 'bytes',
      width: 6,
      series: [{ expr: ofWorkers('process_resident_memory_bytes'), legend: '{{instance}}' }],
    },
    {
      id: 606,
      title: 'The event loop lags',
      description:
        'One time of a hundred, or worse. Above a quarter of a second a worker may lose the locks of its jobs.',
      kind: 'lines',
      unit: 's',
      width: 6,
      series: [{ expr: ofWorkers('nodejs_eventloop_lag_p99_seconds'), legend: '{{instance}}' }],
      limits: { orange: 0.1, red: 0.25 },
    },
    {
      id: 607,
      title: 'Started',
      description: 'One that starts again and again keeps dying: see the runbook.',
      kind: 'figure',
      unit: 'dateTimeFromNow',
      width: 6,
      series: [
        {
          expr: `1000 * (${ofWorkers('process_start_time_seconds')})`,
          legend: '{{instance}}',
        },
      ],
    },
  ],
}
