import { describe, expect, it } from 'vitest'

import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { expiriesKey } from '../../../../src/shared/redis/keys.ts'
import { begin } from '../../../../src/shared/store/ledger/begin.ts'
import { open } from '../../../../src/shared/store/ledger/open.ts'
import { reschedule, type RescheduleInput } from '../../../../src/shared/store/ledger/reschedule.ts'
import { retime } from '../../../../src/shared/store/ledger/retime.ts'
import { epochMsOf, isoTimestamp } from '../../../../src/shared/time/timestamp.ts'
import {
  acceptedAt,
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  changed,
  deadCallback,
  entryId,
  id,
  intent,
  ledgerWith,
  retryingCallback,
  scheduledCallback,
  transit,
  type LedgerState,
} from '../../../support/ledger.ts'
import { redisTimeMs } from '../../../support/redis-time.ts'

const expiring = intent.replace('}', ',"expiresAt":"2099-02-26T09:00:00.000Z"}')
const later = '2099-02-26T09:00:00.000Z'
const wish = { rescheduledBy: 'crm', rescheduleReason: 'asked for the morning' }
/** vitest types its matchers as any. */
const anyTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

function moving(more: Partial<RescheduleInput> = {}) {
  return (store: DestinationStore) =>
    reschedule(store, {
      id,
      by: wish.rescheduledBy,
      why: wish.rescheduleReason,
      delayMs: undefined,
      notBefore: later,
      ...more,
    })
}

describe('a callback that waits', () => {
  it.each([
    ['accepted', { callback: acceptedCallback, inbox: { [entryId]: intent } }, 'dueAt'],
    ['scheduled', { callback: scheduledCallback }, 'dueAt'],
    ['retrying', { callback: retryingCallback }, 'nextAttemptAt'],
  ] satisfies [string, Partial<LedgerState>, string][])(
    'as %s is due at the time that it is moved to, and says who wanted it and why',
    async (state, before, field) => {
      const { reply, after, again } = await transit(before, moving())
      expect(reply).toMatchObject({ kind: 'moved', dueAt: later, generation: 1, state, intent })
      const times = { [field]: later, rescheduledAt: anyTime, updatedAt: anyTime }
      const expected = changed(before, { callback: { ...wish, ...times } as never })
      expect(after).toEqual(expected)
      expect(again.after).toEqual(expected)
    },
  )

  it('is sent no earlier, whenever its job comes', async () => {
    const { store } = await ledgerWith({ callback: scheduledCallback })
    await moving()(store)
    const at = (now: string) =>
      begin(store, { id, generation: 1, claim: 'c', now, nowWithTolerance: now })
    expect(await at('2099-02-26T08:59:59.999Z')).toEqual({ kind: 'not-due', dueAt: later })
    expect(await at(later)).toMatchObject({ kind: 'begun', dueAt: later })
  })

  it('is due so long after it was said by the clock of Redis', async () => {
    const { store } = await ledgerWith({ callback: scheduledCallback })
    const before = await redisTimeMs(store.redis)
    const moved = await moving({ delayMs: 3_600_000, notBefore: undefined })(store)
    const after = await redisTimeMs(store.redis)
    const dueAtMs = moved.kind === 'moved' ? epochMsOf(moved.dueAt) : 0
    expect(moved).toMatchObject({ kind: 'moved', waitMs: 3_600_000 })
    expect(dueAtMs).toBeGreaterThanOrEqual(before + 3_600_000)
    expect(dueAtMs).toBeLessThanOrEqual(after + 3_600_000)
  })

  it.each([
    ['at once', {}],
    ['at a time that has passed', { notBefore: acceptedAt }],
  ])('may be moved to be sent %s', async (_, time) => {
    const before = { callback: { ...scheduledCallback, dueAt: later } }
    const { store } = await ledgerWith(before)
    const moved = await moving({ notBefore: undefined, ...time })(store)
    expect(moved).toMatchObject({ kind: 'moved', waitMs: 0 })
    const now = isoTimestamp(await redisTimeMs(store.redis))
    const run = { id, generation: 1, claim: 'c', now, nowWithTolerance: now }
    expect(await begin(store, run)).toMatchObject({ kind: 'begun' })
  })

  it('forgets who moved it before, and why', async () => {
    const { store, state } = await ledgerWith({ callback: { ...scheduledCallback, ...wish } })
    await moving({ by: undefined, why: undefined })(store)
    const { callback } = await state()
    expect(Object.keys(callback)).not.toContain('rescheduledBy')
    expect(Object.keys(callback)).not.toContain('rescheduleReason')
  })

  it('stays as it is where it would have expired by then', async () => {
    const before = { callback: { ...scheduledCallback, intent: expiring, expiresAt: later } }
    const { reply, after } = await transit(before, moving())
    expect(reply).toEqual({ kind: 'expires-first', expiresAt: later })
    expect(after).toEqual(changed(before, {}))
  })
})

describe('a callback that is too old so long after it was due because its destination says so', () => {
  it.each([
    ['scheduled', scheduledCallback],
    ['retrying', retryingCallback],
  ])('as %s is too old so long after the time that it is moved to', async (_, callback) => {
    const expiresAt = '2026-02-26T19:40:52.000Z'
    const { store, state } = await ledgerWith({ callback: { ...callback, expiresAt } })
    const { redis, ref } = store
    await redis.zadd(expiriesKey(ref), epochMsOf(expiresAt), id)
    expect(await moving()(store)).toMatchObject({ kind: 'moved', dueAt: later })
    const until = '2099-02-26T13:00:00.000Z'
    expect((await state()).callback['expiresAt']).toBe(until)
    expect(await redis.zscore(expiriesKey(ref), id)).toBe(String(epochMsOf(until)))
  })
})

describe('a callback in the inbox', () => {
  const before = { callback: acceptedCallback, inbox: { [entryId]: intent } }
  const opening = (store: DestinationStore) =>
    open(store, {
      id,
      intent,
      entryId,
      delayMs: undefined,
      notBefore: undefined,
      expiresAt: undefined,
      traceparent: undefined,
    })

  it('is put on the queue for the time that it was moved to', async () => {
    const { store } = await ledgerWith(before)
    await moving()(store)
    expect(await opening(store)).toMatchObject({ kind: 'schedule', dueAt: later })
  })

  it('keeps that time when it is timed anew, because the clock by which it was accepted was ahead', async () => {
    const ahead = { ...acceptedCallback, acceptedAt: '2286-01-01T00:00:00.000Z' }
    const { store } = await ledgerWith({ ...before, callback: ahead })
    await moving()(store)
    expect(await opening(store)).toMatchObject({ kind: 'schedule', dueAt: later })
  })

  it('keeps that time when a repair times it anew', async () => {
    const ahead = { ...scheduledCallback, acceptedAt: '2286-01-01T00:00:00.000Z' }
    const { store } = await ledgerWith({ callback: ahead })
    await moving()(store)
    const timing = { delayMs: undefined, notBefore: undefined }
    const retimed = await retime(store, { id, generation: 1, ...timing })
    expect(retimed).toMatchObject({ dueAt: later })
  })
})

describe('what does not wait for its time', () => {
  const since = '2026-02-26T15:41:00.000Z'
  const cancelled = { ...scheduledCallback, state: 'cancelled', updatedAt: since }

  it.each([
    ['under way', { callback: attemptingCallback }, { kind: 'under-way' }],
    [
      'in doubt',
      { callback: { ...retryingCallback, uncertainSince: since } },
      { kind: 'under-way' },
    ],
    ['cancelled', { callback: cancelled }, { kind: 'cancelled', at: since }],
    [
      'booked',
      { callback: bookedCallback },
      { kind: 'booked', recordId: bookedCallback['recordId'] },
    ],
    ['dead', { callback: deadCallback, deadLetters: [id] }, { kind: 'dead', reason: 'refused' }],
    ['not there', {}, { kind: 'missing' }],
    [
      'written by a newer version',
      { callback: { ...scheduledCallback, v: '2' } },
      { kind: 'unknown-version', version: '2' },
    ],
  ])('because it is %s is left as it is', async (_, before, answer) => {
    const { reply, after, again } = await transit(before, moving())
    expect(reply).toEqual(answer)
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })
})
