import { describe, expect, it } from 'vitest'

import { callbackKey, expiriesKey } from '../../../../src/shared/redis/keys.ts'
import { bridgeGroup } from '../../../../src/shared/store/inbox/inbox.ts'
import { confirm } from '../../../../src/shared/store/ledger/confirm.ts'
import { readExpiries, takeExpired } from '../../../../src/shared/store/ledger/take-expired.ts'
import {
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  deadCallback,
  entryId,
  id,
  intent,
  ledgerWith,
  retryingCallback,
  scheduledCallback,
  type Fields,
} from '../../../support/ledger.ts'

const now = '2026-02-26T16:00:00.000Z'
const nowMs = Date.parse(now)
const before = '2026-02-26T15:59:59.999Z'
const after = '2026-02-26T16:00:00.001Z'
const againAtMs = nowMs + 15_000

/** What is taken of a callback that is in the index for now, and by when it is looked at again, if ever. */
async function taken(callback: Fields | undefined) {
  const { store } = await ledgerWith(callback === undefined ? {} : { callback })
  await store.redis.zadd(expiriesKey(store.ref), nowMs, id)
  const expired = await takeExpired(store, { ids: [id], now, againAtMs })
  return { expired, again: await store.redis.zscore(expiriesKey(store.ref), id) }
}

const ends = { expired: [{ id, generation: 1, intent }], again: String(againAtMs) }
const looksAgain = { expired: [], again: String(againAtMs) }
const leaves = { expired: [], again: null }

describe('take-expired', () => {
  it.each([
    ['accepted, and to come into the index when it is scheduled', acceptedCallback, leaves],
    ['scheduled', scheduledCallback, ends],
    ['retrying', retryingCallback, ends],
    ['attempting', attemptingCallback, looksAgain],
    ['in doubt', { ...retryingCallback, uncertainSince: before }, looksAgain],
    ['of a newer version', { ...scheduledCallback, v: '2' }, looksAgain],
    ['booked', bookedCallback, leaves],
    ['dead', deadCallback, leaves],
  ])('of a callback that is %s', async (_, callback, expected) => {
    expect(await taken({ ...callback, expiresAt: before })).toEqual(expected)
  })

  it('leaves out what is gone, and what has no time any more', async () => {
    expect(await taken(undefined)).toEqual(leaves)
    expect(await taken(scheduledCallback)).toEqual(leaves)
  })

  it('ends nothing whose time is later by now', async () => {
    expect(await taken({ ...scheduledCallback, expiresAt: after })).toEqual(looksAgain)
  })

  it('looks again at a key that holds no ledger', async () => {
    const { store } = await ledgerWith()
    await store.redis.set(callbackKey(store.ref, id), 'x')
    expect(await takeExpired(store, { ids: [id], now, againAtMs })).toEqual([])
  })
})

describe('the index of expiries', () => {
  const confirmed = async (callback: Fields, expiresAt: string | undefined) => {
    const { store } = await ledgerWith({ callback, inbox: { [entryId]: intent } })
    await confirm(store, { id, entryId, group: bridgeGroup, now, expiresAt })
    return await store.redis.zrange(expiriesKey(store.ref), '0', '-1', 'WITHSCORES')
  }

  it('gets a callback with an expiresAt when it is scheduled, and no other', async () => {
    expect(await confirmed(acceptedCallback, after)).toEqual([id, String(nowMs + 1)])
    expect(await confirmed(acceptedCallback, undefined)).toEqual([])
    expect(await confirmed({ ...bookedCallback, entry: entryId }, after)).toEqual([])
    expect(await confirmed({ ...acceptedCallback, entry: '1-1' }, after)).toEqual([])
  })

  it('gives those whose time is over, the longest over first, and no more than are asked for', async () => {
    const { store } = await ledgerWith()
    await store.redis.zadd(
      expiriesKey(store.ref),
      nowMs,
      'c',
      nowMs - 2,
      'a',
      nowMs - 1,
      'b',
      nowMs + 1,
      'd',
    )
    expect(await readExpiries(store, { nowMs, count: 100 })).toEqual(['a', 'b', 'c'])
    expect(await readExpiries(store, { nowMs, count: 2 })).toEqual(['a', 'b'])
  })
})
