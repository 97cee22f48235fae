import { describe, expect, it } from 'vitest'

import { begin, type BeginInput } from '../../../../src/shared/store/ledger/begin.ts'
import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import {
  acceptedAt,
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  changed,
  deadCallback,
  id,
  intent,
  retryingCallback,
  scheduledCallback,
  transit,
  without,
  type Fields,
} from '../../../support/ledger.ts'

const now = '2026-02-26T15:42:00.000Z'
const nowWithTolerance = '2026-02-26T15:42:01.000Z'
const firstAttemptAt = attemptingCallback['firstAttemptAt']

function beginning(more: Partial<BeginInput> = {}) {
  return (store: DestinationStore) =>
    begin(store, { id, generation: 1, claim: 'claim-2', now, nowWithTolerance, ...more })
}

const opened = { state: 'attempting', claim: 'claim-2', updatedAt: now }
const startedAt = `{"startedAt":"${now}"}`

describe('the first attempt', () => {
  it.each([
    ['scheduled', scheduledCallback],
    ['accepted: the bridge has added the job and not confirmed it yet', acceptedCallback],
  ])('opens in the ledger when the callback is %s', async (_, callback) => {
    const { reply, after, again } = await transit({ callback }, beginning())
    const first = { attempt: 1, priorAttempts: 0, firstAttemptAt: now, heldMs: 0, intent }
    const due = { dueAt: acceptedAt, firstDueAt: acceptedAt }
    expect(reply).toEqual({ kind: 'begun', ...first, traceparent: undefined, ...due })
    const record = { attempts: '1', firstAttemptAt: now, 'attempt:1': startedAt }
    expect(after).toEqual(changed({ callback }, { callback: { ...opened, ...record } }))
    // The same claim: a reply that was lost is given once more, and no second attempt is opened.
    expect(again).toEqual({ reply, after })
  })

  it('of a later generation counts on, and its budget begins anew', async () => {
    const callback = { ...scheduledCallback, generation: '2', attempts: '7', priorAttempts: '7' }
    const { reply, after } = await transit({ callback }, beginning({ generation: 2 }))
    expect(reply).toMatchObject({
      kind: 'begun',
      attempt: 8,
      priorAttempts: 7,
      firstAttemptAt: now,
      heldMs: 0,
    })
    expect(after.callback).toMatchObject({ attempts: '8', 'attempt:8': startedAt })
  })

  it('is not opened before its time, whatever the clock of a machine has made of the job', async () => {
    const callback = { ...scheduledCallback, dueAt: '2026-02-26T15:42:01.001Z' }
    const { reply, after } = await transit({ callback }, beginning())
    expect(reply).toEqual({ kind: 'not-due', dueAt: callback.dueAt })
    expect(after).toEqual(changed({ callback }, {}))
  })

  it.each([
    [
      'when Redis took it, is opened however far this worker’s clock is behind',
      acceptedAt,
      'begun',
    ],
    ['a millisecond later, waits for its time', '2026-02-26T15:40:52.001Z', 'not-due'],
  ])('that was due %s', async (_, dueAt, kind) => {
    const callback = { ...scheduledCallback, dueAt }
    const slow = { now: '2026-02-26T15:39:00.000Z', nowWithTolerance: '2026-02-26T15:39:01.000Z' }
    const { reply } = await transit({ callback }, beginning(slow))
    expect(reply.kind).toBe(kind)
  })

  it.each([
    ['2026-02-26T15:45:00.000Z', 'begun'],
    ['2026-02-26T15:45:00.001Z', 'not-due'],
  ])('accepted at 15:45 by a clock ahead of ours, and due at %s, is %s', async (dueAt, kind) => {
    const times = { acceptedAt: '2026-02-26T15:45:00.000Z', dueAt }
    const { reply } = await transit({ callback: { ...scheduledCallback, ...times } }, beginning())
    expect(reply.kind).toBe(kind)
  })

  it('continues the trace', async () => {
    const callback = { ...scheduledCallback, traceparent: '00-trace' }
    const { reply } = await transit({ callback }, beginning())
    expect(reply).toMatchObject({ kind: 'begun', traceparent: '00-trace' })
  })
})

describe('another attempt', () => {
  it('was due when the last one said, and remembers the first, and when the callback was due at first', async () => {
    const { reply, after, again } = await transit({ callback: retryingCallback }, beginning())
    expect(reply).toEqual({
      kind: 'begun',
      attempt: 2,
      priorAttempts: 0,
      firstAttemptAt,
      heldMs: 0,
      intent,
      traceparent: undefined,
      dueAt: retryingCallback['nextAttemptAt'],
      firstDueAt: retryingCallback['dueAt'],
    })
    expect(after).toEqual(
      changed(
        { callback: retryingCallback },
        {
          callback: { ...opened, attempts: '2', nextAttemptAt: undefined, 'attempt:2': startedAt },
        },
      ),
    )
    expect(again.after).toEqual(after)
    expect(again.reply).toMatchObject({ kind: 'begun', attempt: 2 })
  })

  it.each([
    ['2026-02-26T15:42:01.000Z', 'begun'],
    ['2026-02-26T15:42:01.001Z', 'not-due'],
  ])('that is due at %s, with clocks that may differ by a second, is %s', async (next, kind) => {
    const callback = { ...retryingCallback, nextAttemptAt: next }
    const { reply } = await transit({ callback }, beginning())
    expect(reply.kind).toBe(kind)
  })

  it('waits for its time, although the first one was due when Redis took it', async () => {
    const callback = { ...retryingCallback, nextAttemptAt: '2026-02-26T15:42:01.001Z' }
    expect(callback).toMatchObject({ dueAt: acceptedAt, acceptedAt })
    const { reply } = await transit({ callback }, beginning())
    expect(reply.kind).toBe('not-due')
  })

  it('that comes early changes nothing and says when it is due', async () => {
    const callback = { ...retryingCallback, nextAttemptAt: '2026-02-26T16:00:00.000Z' }
    const { reply, after, again } = await transit({ callback }, beginning())
    expect(reply).toEqual({ kind: 'not-due', dueAt: '2026-02-26T16:00:00.000Z' })
    expect(after).toEqual(changed({ callback }, {}))
    expect(again).toEqual({ reply, after })
  })
})

it('says the trace again to a claim whose answer was lost', async () => {
  const callback = { ...scheduledCallback, traceparent: '00-trace' }
  const { reply, again } = await transit({ callback }, beginning())
  expect(again.reply).toEqual(reply)
})

it('gives the record of the attempt that is in question, and of no other', async () => {
  const records = { attempts: '2', 'attempt:2': '{"n":2}' }
  const lost = { callback: { ...attemptingCallback, ...records } }
  expect((await transit(lost, beginning())).reply).toMatchObject({ attempt: 2, record: '{"n":2}' })
  const inDoubt = { callback: { ...retryingCallback, ...records, uncertainSince: acceptedAt } }
  const { reply } = await transit(inDoubt, beginning())
  expect(reply).toMatchObject({ kind: 'unverified', attempt: 2, record: '{"n":2}' })
})

it('does not touch the ledger of a newer version, and says which version that is', async () => {
  const before = { callback: { ...scheduledCallback, v: '2' } }
  const { reply, after } = await transit(before, beginning())
  expect(reply).toEqual({ kind: 'unknown-version', version: '2' })
  expect(after).toEqual(changed(before, {}))
})

it('finds an attempt that another claim has left open, and opens none', async () => {
  const { reply, after, again } = await transit({ callback: attemptingCallback }, beginning())
  expect(reply).toEqual({
    kind: 'unsettled',
    attempt: 1,
    priorAttempts: 0,
    firstAttemptAt,
    heldMs: 0,
    intent,
    record: attemptingCallback['attempt:1'],
  })
  expect(after).toEqual(changed({ callback: attemptingCallback }, {}))
  expect(again).toEqual({ reply, after })
})

it.each([
  ['2026-02-26T15:42:00.001Z', 'begun'],
  [now, 'expired'],
  ['2026-02-26T15:41:59.999Z', 'expired'],
])('answers a callback that expires at %s with %s', async (expiresAt, kind) => {
  const callback = { ...scheduledCallback, expiresAt }
  const { reply, after } = await transit({ callback }, beginning())
  expect(reply).toMatchObject({ kind, intent })
  if (kind === 'expired') expect(after).toEqual(changed({ callback }, {}))
})

it('concludes an open attempt before it says that the callback has expired', async () => {
  const callback = { ...attemptingCallback, expiresAt: '2026-02-26T15:41:30.000Z' }
  const { reply } = await transit({ callback }, beginning())
  expect(reply.kind).toBe('unsettled')
})

describe('nothing begins', () => {
  const cases: [string, Fields, object][] = [
    ['booked', bookedCallback, { kind: 'ended', state: 'booked' }],
    ['dead', deadCallback, { kind: 'ended', state: 'dead' }],
    [
      'cancelled',
      { ...scheduledCallback, state: 'cancelled' },
      { kind: 'ended', state: 'cancelled' },
    ],
    [
      'of a later generation',
      { ...scheduledCallback, generation: '2' },
      { kind: 'ended', state: 'redriven' },
    ],
    ['not there', {}, { kind: 'missing' }],
    ['without an intent', without(scheduledCallback, 'intent'), { kind: 'missing' }],
  ]
  it.each(cases)('when the callback is %s', async (_, callback, answer) => {
    const before = Object.keys(callback).length === 0 ? {} : { callback }
    const { reply, after, again } = await transit(before, beginning())
    expect(reply).toEqual(answer)
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })
})

it('takes a hash that has only what an attempt cannot do without', async () => {
  const callback = without(scheduledCallback, 'attempts', 'updatedAt', 'v')
  const { reply } = await transit({ callback }, beginning({ claim: 'claim-2' }))
  expect(reply).toMatchObject({ kind: 'begun', attempt: 1, priorAttempts: 0 })
})
