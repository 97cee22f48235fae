import { describe, expect, it } from 'vitest'

import type { ShownControl } from '../../../../../src/ops/operations/control/shown-control.ts'
import {
  explain,
  explainUnknown,
  type Circumstances,
} from '../../../../../src/ops/operations/explain/explanation.ts'
import type {
  CallbackStatus,
  WaitingCallback,
} from '../../../../../src/shared/store/ledger/callback-record.ts'

const nowMs = Date.UTC(2026, 1, 26, 15)
const earlier = '2026-02-26T14:00:00.000Z'
const soon = '2026-02-26T15:00:30.000Z'
const later = '2026-02-26T16:00:00.000Z'

const due: WaitingCallback = {
  id: 'a',
  destination: 'default',
  generation: 1,
  state: 'scheduled',
  reason: undefined,
  code: undefined,
  message: undefined,
  acceptedAt: earlier,
  updatedAt: earlier,
  dueAt: earlier,
  expiresAt: undefined,
  nextAttemptAt: undefined,
  uncertainSince: undefined,
  recordId: undefined,
  verified: false,
  attempts: 0,
  otherRecordIds: [],
  possibleDuplicate: false,
  resolvedAt: undefined,
  redrivenAt: undefined,
  discardedAt: undefined,
  cancelRequestedAt: undefined,
  cancelledBy: undefined,
  cancelReason: undefined,
  rescheduledAt: undefined,
  rescheduledBy: undefined,
  rescheduleReason: undefined,
  redriveOf: undefined,
  submittedId: undefined,
  intent: undefined,
  raw: undefined,
  rawField: undefined,
  rawEncoding: undefined,
  rawLength: undefined,
  rawSha1: undefined,
  history: [],
}
const retrying: WaitingCallback = {
  ...due,
  state: 'retrying',
  attempts: 2,
  code: 'connect',
  message: 'refused',
  nextAttemptAt: soon,
}
const over = {
  recordId: undefined,
  nextAttemptAt: undefined,
  uncertainSince: undefined,
  verified: false,
} as const

const running: ShownControl = {
  dispatch: 'running',
  intake: 'running',
  breaker: { state: 'closed' },
  rate: { configured: 10, current: 10, slowed: false },
  workers: 1,
}
const paused: ShownControl = {
  ...running,
  dispatch: 'paused',
  dispatchPause: { since: earlier, by: 'ops', reason: 'maintenance' },
}
const pausedUntil: ShownControl = {
  ...paused,
  dispatchPause: { since: earlier, until: later },
}
const open: ShownControl = {
  ...running,
  breaker: { state: 'open', since: earlier, code: 'connect', nextProbeAt: soon },
}
const ramp: ShownControl = {
  ...running,
  breaker: { state: 'ramp', since: earlier },
  rate: { current: 2, slowed: false },
}

const inSoon = '2026-02-26 15:00:30 UTC (in 30 s)'
const inLater = '2026-02-26 16:00:00 UTC (in 1 h)'
const anHourAgo = '2026-02-26 14:00:00 UTC (1 h ago)'

interface Case {
  name: string
  record?: Partial<WaitingCallback>
  given?: Partial<Circumstances>
  reasons: [code: string, message: string, until?: string][]
  expectedAt?: string
}

function explained(record: CallbackStatus, given: Partial<Circumstances> = {}) {
  return explain(record, { control: running, before: undefined, nowMs, ...given })
}

describe('a callback that waits', () => {
  it.each<Case>([
    {
      name: 'for its time',
      record: { dueAt: later },
      reasons: [['not-due', `it is not due until ${inLater}`, later]],
      expectedAt: later,
    },
    {
      name: 'for its next attempt, with what the last one came to',
      record: retrying,
      reasons: [
        ['next-attempt', `attempt 3 is due ${inSoon}; attempt 2 came to connect: refused`, soon],
      ],
      expectedAt: soon,
    },
    {
      name: 'for somebody to resume: nobody knows when',
      given: { control: paused, before: 3 },
      reasons: [
        ['paused', `paused by ops since ${anHourAgo}: maintenance`],
        ['turn', 'it waits for its turn: 3 that are due go before it, at 10 a second'],
      ],
    },
    {
      name: 'for the end of a pause, and for its turn after that',
      given: { control: pausedUntil, before: 20 },
      reasons: [
        ['paused', `paused since ${anHourAgo}, until ${inLater}`, later],
        ['turn', 'it waits for its turn: 20 that are due go before it, at 10 a second'],
      ],
      expectedAt: '2026-02-26T16:00:02.000Z',
    },
    {
      name: 'for the end of a pause that is later than its own time',
      record: { dueAt: soon },
      given: { control: pausedUntil },
      reasons: [
        ['not-due', `it is not due until ${inSoon}`, soon],
        ['paused', `paused since ${anHourAgo}, until ${inLater}`, later],
      ],
      expectedAt: later,
    },
    {
      name: 'for Salesforce: nobody knows when',
      given: { control: open },
      reasons: [
        [
          'breaker-open',
          `Salesforce is failing since ${anHourAgo}: connect; next probe ${inSoon}`,
          soon,
        ],
      ],
    },
    {
      name: 'for its turn',
      given: { before: 0 },
      reasons: [['turn', 'it waits for its turn: it is the next, at 10 a second']],
      expectedAt: '2026-02-26T15:00:00.000Z',
    },
    {
      name: 'for its turn while the rate rises',
      given: { control: ramp, before: 60 },
      reasons: [
        [
          'turn',
          'it waits for its turn: 60 that are due go before it, at 2 a second, and rising after an outage',
        ],
      ],
      expectedAt: soon,
    },
    {
      name: 'for its turn at a rate that is not known here',
      given: { control: { ...running, rate: { slowed: false } }, before: 5 },
      reasons: [['turn', 'it waits for its turn: 5 that are due go before it']],
    },
    {
      name: 'for its turn, and expires before it',
      record: { expiresAt: soon },
      given: { before: 600 },
      reasons: [
        ['turn', 'it waits for its turn: 600 that are due go before it, at 10 a second'],
        ['expires-first', `its time is over before its turn: it expires ${inSoon}`, soon],
      ],
    },
    {
      name: 'for nothing any more: its time is over',
      record: { expiresAt: earlier },
      given: { control: paused },
      reasons: [['expired', `its time was over ${anHourAgo}: it ends as expired, and is not sent`]],
    },
    {
      name: 'for a worker, of which none is alive',
      given: { control: { ...running, workers: 0 }, before: 0 },
      reasons: [
        ['no-worker', 'no worker is alive'],
        ['turn', 'it waits for its turn: it is the next, at 10 a second'],
      ],
    },
    {
      name: 'in the inbox',
      record: { state: 'accepted' },
      reasons: [['not-taken-in', 'no worker has taken it off the inbox yet']],
    },
    {
      name: 'for a worker',
      reasons: [
        [
          'due',
          `it is due since ${anHourAgo}, and goes as soon as a worker comes to it. If that takes minutes: see "Ledger and queue disagree" in docs/runbook.md`,
        ],
      ],
    },
    {
      name: 'for the attempt that is under way, and ends with it: it was cancelled',
      record: {
        state: 'attempting',
        attempts: 1,
        history: [{ attempt: 1, startedAt: earlier }],
        cancelRequestedAt: earlier,
        cancelledBy: 'ops',
        cancelReason: 'they have called',
      },
      given: { control: paused },
      reasons: [
        ['attempt-under-way', `attempt 1 is under way since ${anHourAgo}`],
        [
          'cancel-requested',
          'cancelled by ops (they have called): it ends as soon as it is known not to be booked',
        ],
      ],
    },
    {
      name: 'for what Salesforce says about an attempt in doubt, even past its time',
      record: { ...retrying, uncertainSince: earlier, expiresAt: earlier },
      reasons: [
        [
          'in-doubt',
          `attempt 2 may have booked it: Salesforce is asked whether it did, next ${inSoon}`,
          soon,
        ],
      ],
    },
  ])('$name', ({ record, given, reasons, expectedAt }) => {
    const explanation = explained({ ...due, ...record }, given)
    expect(explanation.reasons.map(({ code, message, until }) => [code, message, until])).toEqual(
      reasons.map(([code, message, until]) => [code, message, until]),
    )
    expect(explanation.expectedAt).toBe(expectedAt)
  })
})

it.each<[CallbackStatus, string]>([
  [
    {
      ...due,
      ...over,
      state: 'booked',
      recordId: '9BWHs0000004CKk',
      reason: undefined,
      code: undefined,
      message: undefined,
    },
    'booked: Salesforce has created ContactRequest 9BWHs0000004CKk',
  ],
  [
    {
      ...due,
      ...over,
      state: 'dead',
      reason: 'refused',
      code: 'http-404',
      message: 'no such call',
      redrivenAs: undefined,
    },
    'dead letter (refused): http-404: no such call',
  ],
  [{ ...due, ...over, state: 'cancelled', cancelledBy: 'ops' }, 'cancelled by ops'],
])('of one that has ended it says how', (record, message) => {
  expect(explained(record, { control: paused })).toEqual({
    id: 'a',
    state: record.state,
    reasons: [{ code: 'ended', message }],
  })
})

it('of one that is not known it says what may be the cause', () => {
  expect(explainUnknown('a', 0).reasons).toEqual([
    { code: 'unknown', message: 'no callback with this id is known' },
  ])
  expect(explainUnknown('a', 2).reasons[0]?.message).toContain('2 entries wait in the inbox')
})
