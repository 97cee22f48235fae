import { describe, expect, it } from 'vitest'

import { epochMsOf, isoTimestamp } from '../../../../src/shared/time/timestamp.ts'
import { entryTimeMs } from '../../../../src/shared/store/inbox/entry-time.ts'
import { bury } from '../../../../src/shared/store/dead-letters/bury.ts'
import { open, type OpenInput } from '../../../../src/shared/store/ledger/open.ts'
import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
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
  otherIntent,
  retryingCallback,
  scheduledCallback,
  transit,
  type Fields,
} from '../../../support/ledger.ts'
import { redisTimeMs } from '../../../support/redis-time.ts'

const dueAt = '2026-02-26T15:45:52.000Z'
const opens = { kind: 'schedule', generation: 1, nth: 1, acceptedAt, dueAt }

function opening(more: Partial<OpenInput> = {}) {
  return (store: DestinationStore) =>
    open(store, {
      id,
      intent,
      entryId,
      delayMs: 300_000,
      notBefore: undefined,
      expiresAt: undefined,
      traceparent: undefined,
      ...more,
    })
}

describe('an entry of a producer without our library', () => {
  const before = { inbox: { [entryId]: intent } }

  it('opens the ledger and stays in the inbox, and does so once', async () => {
    const { reply, after, again } = await transit(before, opening())
    expect(reply).toEqual(opens)
    expect(after).toEqual(changed(before, { callback: { ...acceptedCallback, dueAt } }))
    expect(again).toEqual({ reply: opens, after })
  })

  it('keeps when it expires and whose trace it continues', async () => {
    const more = { expiresAt: '2026-02-27T00:00:00.000Z', traceparent: '00-trace' }
    const { after } = await transit(before, opening(more))
    expect(after.callback).toMatchObject(more)
  })

  it('opens nothing when another bridge has confirmed it meanwhile', async () => {
    const { reply, after } = await transit({}, opening())
    expect(reply).toEqual({ kind: 'done' })
    expect(after).toEqual(changed({}, {}))
  })
})

describe('an entry whose ledger the library or an earlier try has opened', () => {
  it('is to be scheduled when the ledger says, not when this bridge would say', async () => {
    const before = {
      callback: { ...acceptedCallback, generation: '3' },
      inbox: { [entryId]: intent },
    }
    const { reply, after, again } = await transit(before, opening())
    expect(reply).toEqual({
      kind: 'schedule',
      generation: 3,
      nth: 1,
      acceptedAt,
      dueAt: acceptedAt,
    })
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })

  it.each([
    ['attempting', attemptingCallback],
    ['retrying', retryingCallback],
    ['booked', bookedCallback],
    ['dead', deadCallback],
  ])('needs only to be confirmed when its job has come to %s already', async (_, callback) => {
    const before = { callback: { ...callback, entry: entryId }, inbox: { [entryId]: intent } }
    const { reply, after } = await transit(before, opening())
    expect(reply).toEqual({ kind: 'done', nth: 1 })
    expect(after).toEqual(changed(before, {}))
  })
})

const standing: [string, Fields][] = [
  ['accepted', { ...acceptedCallback, entry: '1-1' }],
  ['scheduled', scheduledCallback],
  ['attempting', attemptingCallback],
  ['retrying', retryingCallback],
  ['booked', bookedCallback],
  ['cancelled', { ...scheduledCallback, state: 'cancelled' }],
  ['dead', { ...deadCallback, reason: 'uncertain' }],
]

describe.each(standing)('an entry whose id belongs to another in state %s', (state, callback) => {
  it('is a duplicate with the same content, and changes nothing', async () => {
    const before = { callback, inbox: { [entryId]: intent } }
    const { reply, after, again } = await transit(before, opening())
    expect(reply).toEqual({ kind: 'duplicate', state })
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })

  it('is a conflict with other content, and changes nothing', async () => {
    const before = { callback, inbox: { [entryId]: otherIntent } }
    const { reply, after } = await transit(before, opening({ intent: otherIntent }))
    expect(reply).toEqual({ kind: 'conflict', state })
    expect(after).toEqual(changed(before, {}))
  })
})

describe('an entry whose id belongs to a dead letter', () => {
  const before = { callback: deadCallback, deadLetters: [id], inbox: { [entryId]: otherIntent } }

  it('opens a new generation that counts its attempts on', async () => {
    const { reply, after, again } = await transit(before, opening({ intent: otherIntent }))
    expect(reply).toEqual({ kind: 'schedule', generation: 2, nth: 1, acceptedAt, dueAt })
    expect(after).toEqual({
      callback: {
        ...acceptedCallback,
        intent: otherIntent,
        dueAt,
        generation: '2',
        attempts: '1',
        priorAttempts: '1',
        openedBy: entryId,
      },
      inbox: before.inbox,
      deadLetters: [],
      results: [],
      stats: {},
      owners: {},
      expires: false,
    })
    expect(again).toEqual({ reply, after })
  })

  it('opens none when the entry is gone: it is what died', async () => {
    const gone = { ...before, inbox: {} }
    const { reply, after } = await transit(gone, opening({ intent: otherIntent }))
    expect(reply).toEqual({ kind: 'done' })
    expect(after).toEqual(changed(gone, {}))
  })
})

/** Ids that no honest `*` of a right clock gives, and what they come from. */
const oddIds = [
  ['a counter', '1-1'],
  ['the least one', '0-1'],
  ['seconds', '1772120452-0'],
  ['a day before Redis had streams', '1514764799999-0'],
  ['two hours ahead, as after a failover', () => `${Date.now() + 7_200_000}-0`],
  ['the year 2286', '9999999999999-0'],
  ['microseconds, a year of six digits', '1772120452000000-0'],
  ['sixteen digits, a time that Date cannot say', '9999999999999999-0'],
  ['beyond what a number counts', '9007199254740993-7'],
  ['nanoseconds', '1772120452000000000-18446744073709551615'],
  ['nearly the last possible one', '18446744073709551615-18446744073709551614'],
  ['the last possible one', '18446744073709551615-18446744073709551615'],
] as const

describe.each(oddIds)('an entry whose id is that of %s', (_, given) => {
  const odd = typeof given === 'function' ? given() : given
  const before = { inbox: { [odd]: intent } }

  it('is accepted now, by Redis’ clock, and due its delay later', async () => {
    const { store, state } = await ledgerWith(before)
    const earliest = await redisTimeMs(store.redis)
    const opened = await opening({ entryId: odd })(store)
    const latest = await redisTimeMs(store.redis)
    if (opened.kind !== 'schedule') throw new Error(opened.kind)
    const acceptedMs = epochMsOf(opened.acceptedAt)
    expect(acceptedMs).toBeGreaterThanOrEqual(earliest)
    expect(acceptedMs).toBeLessThanOrEqual(latest)
    expect(epochMsOf(opened.dueAt) - acceptedMs).toBe(300_000)
    const { callback } = await state()
    expect(callback).toMatchObject({
      acceptedAt: opened.acceptedAt,
      dueAt: opened.dueAt,
      updatedAt: opened.acceptedAt,
    })
  })

  it('keeps its time when it is opened again later', async () => {
    const { reply, again } = await transit(before, opening({ entryId: odd }))
    expect(again.reply).toEqual(reply)
  })

  it('is a dead letter of now, where it cannot be taken in', async () => {
    const { store, state } = await ledgerWith(before)
    const earliest = await redisTimeMs(store.redis)
    await bury(store, {
      group: 'bridge',
      entryId: odd,
      id,
      fallbackId: `inbox-${odd}`,
      reason: 'invalid',
      code: 'invalid-intent',
      message: 'm',
      raw: 'rubbish',
      now: acceptedAt,
      nowMs: 1,
      retentionMs: 60_000,
    })
    const { callback } = await state()
    expect(epochMsOf(callback['acceptedAt'] ?? '')).toBeGreaterThanOrEqual(earliest)
    expect(epochMsOf(callback['acceptedAt'] ?? '')).toBeLessThanOrEqual(
      await redisTimeMs(store.redis),
    )
  })

  it('has no time in TypeScript either', () => {
    expect(entryTimeMs(odd, Date.now())).toBeUndefined()
  })
})

describe.each([
  ['just given', () => Date.now()],
  ['that waited for five hours while no worker ran', () => Date.now() - 5 * 3_600_000],
  ['that waited for three years', () => Date.now() - 3 * 365 * 86_400_000],
])('an honest entry %s', (_, given) => {
  it('was accepted when Redis took it', async () => {
    const ms = given()
    const honest = `${ms}-3`
    const { reply } = await transit({ inbox: { [honest]: intent } }, opening({ entryId: honest }))
    const times = { acceptedAt: isoTimestamp(ms), dueAt: isoTimestamp(ms + 300_000) }
    expect(reply).toEqual({ kind: 'schedule', generation: 1, nth: 1, ...times })
    expect(entryTimeMs(honest, ms)).toBe(ms)
  })
})

describe.each([
  ['the year 2286', '2286-11-20T17:46:39.999Z'],
  ['a year of six digits, as Lua wrote it', '318857-05-20T17:46:39.999Z'],
  ['a year that begins like an early one', '200000-05-20T17:46:39.999Z'],
  ['no time, as TypeScript wrote it', ''],
])('a ledger that an older version timed by the id of its entry: %s', (_, wrong) => {
  it('is timed anew when its entry is taken in, once', async () => {
    const times = { acceptedAt: wrong, dueAt: wrong, updatedAt: wrong }
    const before = { callback: { ...acceptedCallback, ...times }, inbox: { [entryId]: intent } }
    const earliest = Date.now() - 1_000
    const { reply, after, again } = await transit(before, opening())
    if (reply.kind !== 'schedule') throw new Error(reply.kind)
    expect(epochMsOf(reply.acceptedAt)).toBeGreaterThan(earliest)
    expect(epochMsOf(reply.acceptedAt)).toBeLessThan(earliest + 60_000)
    expect(epochMsOf(reply.dueAt) - epochMsOf(reply.acceptedAt)).toBe(300_000)
    expect(after.callback).toMatchObject({ acceptedAt: reply.acceptedAt, dueAt: reply.dueAt })
    expect(again).toEqual({ reply, after })
  })
})

it('holds an entry with an odd id until its notBefore', async () => {
  const notBefore = '2100-01-01T00:00:00.000Z'
  const odd = '9999999999999999-0'
  const when = { entryId: odd, delayMs: undefined, notBefore }
  const { reply } = await transit({ inbox: { [odd]: intent } }, opening(when))
  expect(reply).toMatchObject({ kind: 'schedule', dueAt: notBefore })
})
