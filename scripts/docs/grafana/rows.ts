import { doubtRow, redisRow, processRow } from './rows-of-parts.ts'
import { inADay, now, perMinute, perSecond, quantile } from './expressions.ts'
import type { Row } from './panel.ts'
import { consoleRow } from './row-of-console.ts'

const ended = 'ringback_callbacks_ended_total'
const lateness = 'ringback_attempt_lateness_seconds'
const duration = 'ringback_attempt_duration_seconds'
const sinceDue = 'ringback_callback_delay_seconds'
/** Ends that are nobody's failure but of whoever asked for the callback, as in the objectives. */
const ours = 'reason!~"invalid|refused"'

/** How long it takes half of them, and all but a few. */
function spread(histogram: string): Row['panels'][number]['series'] {
  return [
    { expr: quantile(0.5, histogram), legend: '{{destination}} half' },
    { expr: quantile(0.95, histogram), legend: '{{destination}} 95 %' },
    { expr: quantile(0.99, histogram), legend: '{{destination}} 99 %' },
  ]
}

const promiseRow: Row = {
  id: 100,
  title: 'Promise',
  panels: [
    {
      id: 101,
      title: 'Oldest due',
      description:
        'How long what is first in line has been due. A pause or a failing Salesforce makes it grow.',
      kind: 'figure',
      unit: 's',
      width: 4,
      series: [{ expr: now('ringback_due_oldest_age_seconds'), legend: '{{destination}}' }],
      limits: { orange: 300, red: 900 },
    },
    {
      id: 102,
      title: 'Begun within a minute, past day',
      description:
        'Of all attempts, those that began within a minute of their time. The objective is 99 % of a month.',
      kind: 'figure',
      unit: 'percentunit',
      width: 4,
      series: [
        {
          expr: `${inADay(`${lateness}_bucket`, 'le="60"')} / ${inADay(`${lateness}_count`)}`,
          legend: '{{destination}}',
        },
      ],
      limits: { orange: 0.999, red: 0.99, falling: true },
    },
    {
      id: 103,
      title: 'Booked of what ended, past day',
      description:
        'Without callbacks that could not be understood or that Salesforce refused. The objective is 99.5 % of a month.',
      kind: 'figure',
      unit: 'percentunit',
      width: 4,
      series: [
        {
          expr: `${inADay(ended, 'state="booked"')} / ${inADay(ended, `state=~"booked|dead", ${ours}`)}`,
          legend: '{{destination}}',
        },
      ],
      limits: { orange: 0.999, red: 0.995, falling: true },
    },
    {
      id: 104,
      title: 'Last booking',
      description: 'When Salesforce has last booked a callback, over all workers.',
      kind: 'figure',
      unit: 'dateTimeFromNow',
      width: 4,
      series: [
        {
          expr: `1000 * ${now('ringback_last_booking_timestamp_seconds')}`,
          legend: '{{destination}}',
        },
      ],
    },
    {
      id: 105,
      title: 'Dead letters',
      description: 'That nobody has decided about: ringback dead-letters list.',
      kind: 'figure',
      unit: 'short',
      width: 4,
      series: [{ expr: now('ringback_dead_letters'), legend: '{{destination}}' }],
      limits: { orange: 1, red: 100 },
    },
    {
      id: 106,
      title: 'Booked twice, past day',
      description: 'Each one is a customer who is called twice. See the runbook: A double booking.',
      kind: 'figure',
      unit: 'short',
      width: 4,
      series: [{ expr: inADay('ringback_double_bookings_total'), legend: '{{destination}}' }],
      limits: { orange: 1, red: 5 },
    },
    {
      id: 107,
      title: 'How late attempts begin',
      description:
        'Milliseconds when all is well, hours after an outage. Silent while nothing is attempted: then look at Oldest due.',
      kind: 'lines',
      unit: 's',
      width: 8,
      series: spread(lateness),
    },
    {
      id: 109,
      title: 'How late callbacks are booked',
      description:
        'From when they were first due, whatever attempts that took: what customers feel.',
      kind: 'lines',
      unit: 's',
      width: 8,
      series: spread(sinceDue),
    },
    {
      id: 108,
      title: 'Ends a minute',
      description: 'Booked, dead by reason, or cancelled.',
      kind: 'stack',
      unit: 'cpm',
      width: 8,
      series: [
        {
          expr: perMinute(ended, ['state', 'reason']),
          legend: '{{destination}} {{state}} {{reason}}',
        },
      ],
    },
  ],
}

const flowRow: Row = {
  id: 200,
  title: 'Flow',
  panels: [
    {
      id: 201,
      title: 'Taken in a minute',
      description: 'Entries of the inbox, by what became of them.',
      kind: 'stack',
      unit: 'cpm',
      width: 8,
      series: [
        {
          expr: perMinute('ringback_inbox_entries_total', ['result']),
          legend: '{{destination}} {{result}}',
        },
      ],
    },
    {
      id: 202,
      title: 'Attempts a second, and the rate',
      description:
        'The rate is what may be made at this moment; there is none where nothing limits it.',
      kind: 'lines',
      unit: 'cps',
      width: 8,
      series: [
        { expr: perSecond('ringback_attempts_total', []), legend: '{{destination}} attempts' },
        { expr: now('ringback_rate_current'), legend: '{{destination}} rate' },
      ],
    },
    {
      id: 203,
      title: 'Under way, and how many may be',
      description:
        'At the limit for long: more workers, or a higher concurrency, would help if nothing else holds them back.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      series: [
        {
          expr: 'max by (destination) (ringback_queue_jobs{destination=~"$destination", state="active"})',
          legend: '{{destination}} under way',
        },
        {
          expr: 'sum by (destination) (ringback_concurrency_limit{destination=~"$destination"})',
          legend: '{{destination}} limit',
        },
      ],
    },
    {
      id: 204,
      title: 'Due, and not taken in',
      description: 'What could go now, and what lies in the inbox.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      series: [
        { expr: now('ringback_callbacks_due'), legend: '{{destination}} due' },
        { expr: now('ringback_inbox_depth'), legend: '{{destination}} inbox' },
      ],
    },
    {
      id: 205,
      title: 'Longest wait',
      description: 'Of what is due, and of what lies in the inbox.',
      kind: 'lines',
      unit: 's',
      width: 8,
      series: [
        { expr: now('ringback_due_oldest_age_seconds'), legend: '{{destination}} due' },
        { expr: now('ringback_inbox_oldest_age_seconds'), legend: '{{destination}} inbox' },
      ],
      limits: { orange: 300, red: 900 },
    },
    {
      id: 206,
      title: 'On the queue',
      description: 'Jobs, by the state that BullMQ has them in.',
      kind: 'stack',
      unit: 'short',
      width: 8,
      series: [{ expr: now('ringback_queue_jobs', 'state'), legend: '{{destination}} {{state}}' }],
    },
    {
      id: 207,
      title: 'Held back',
      description: '1 while somebody has paused it, and while the circuit breaker is open.',
      kind: 'states',
      unit: 'bool',
      width: 12,
      series: [
        { expr: now('ringback_dispatch_paused'), legend: '{{destination}} paused' },
        { expr: now('ringback_breaker_open'), legend: '{{destination}} breaker open' },
      ],
    },
    {
      id: 208,
      title: 'Waits for another attempt',
      description: 'Callbacks, by the code of the last one.',
      kind: 'stack',
      unit: 'short',
      width: 8,
      series: [
        { expr: now('ringback_callbacks_retrying', 'code'), legend: '{{destination}} {{code}}' },
      ],
    },
    {
      id: 209,
      title: 'Next due',
      description: 'Nothing waits where there is none: it is quiet, not stuck.',
      kind: 'figure',
      unit: 'dateTimeFromNow',
      width: 4,
      series: [
        { expr: `1000 * ${now('ringback_next_due_timestamp_seconds')}`, legend: '{{destination}}' },
      ],
    },
  ],
}

const salesforceRow: Row = {
  id: 300,
  title: 'Salesforce',
  panels: [
    {
      id: 301,
      title: 'Attempts a minute by outcome',
      description: 'Booked, refused, unavailable, or uncertain.',
      kind: 'stack',
      unit: 'cpm',
      width: 12,
      series: [
        {
          expr: perMinute('ringback_attempts_total', ['outcome']),
          legend: '{{destination}} {{outcome}}',
        },
      ],
    },
    {
      id: 302,
      title: 'Not booked, a minute, by code',
      description: 'What each code means, and what to do: docs/errors.md.',
      kind: 'stack',
      unit: 'cpm',
      width: 12,
      series: [
        {
          expr: perMinute('ringback_attempts_total', ['outcome', 'code'], 'outcome!="booked"'),
          legend: '{{destination}} {{outcome}} {{code}}',
        },
      ],
    },
    {
      id: 303,
      title: 'How long Salesforce takes',
      description: 'From the start of an attempt to its answer, or to giving up on one.',
      kind: 'lines',
      unit: 's',
      width: 12,
      series: spread(duration),
      limits: { orange: 5, red: 10 },
    },
    {
      id: 304,
      title: 'Tokens are granted',
      description:
        '0 after Salesforce has refused a fresh one: key, org id or call center are wrong.',
      kind: 'figure',
      unit: 'bool',
      width: 6,
      series: [
        {
          expr: 'min by (destination) (ringback_destination_authorized{destination=~"$destination"})',
          legend: '{{destination}}',
        },
      ],
      limits: { red: 1, falling: true },
    },
    {
      id: 305,
      title: 'Certificate ends in',
      description: 'Nothing where its file is not given to workers.',
      kind: 'figure',
      unit: 's',
      width: 6,
      series: [
        {
          expr: 'min by (destination) (ringback_certificate_expiry_timestamp_seconds{destination=~"$destination"}) - time()',
          legend: '{{destination}}',
        },
      ],
      limits: { orange: 2_592_000, red: 604_800, falling: true },
    },
    {
      id: 306,
      title: 'Access tokens asked for, a minute',
      description: 'For verifying, by what Salesforce answered. Nothing where nothing is verified.',
      kind: 'stack',
      unit: 'cpm',
      width: 12,
      series: [
        {
          expr: perMinute('ringback_token_requests_total', ['result']),
          legend: '{{destination}} {{result}}',
        },
      ],
    },
  ],
}

/** The whole dashboard, from what a customer notices to what a process does. */
export const rows: readonly Row[] = [
  promiseRow,
  flowRow,
  salesforceRow,
  doubtRow,
  redisRow,
  processRow,
  consoleRow,
]
