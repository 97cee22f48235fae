import { expect, it } from 'vitest'

import { callbackKey, deadLettersKey, letterReasonsKey } from '../../../../src/shared/redis/keys.ts'
import { countLettersByReason } from '../../../../src/shared/store/dead-letters/letters-by-reason.ts'
import { relist } from '../../../../src/shared/store/dead-letters/relist.ts'
import { unlist } from '../../../../src/shared/store/dead-letters/unlist.ts'
import {
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  changed,
  deadCallback,
  id,
  ledgerWith,
  retryingCallback,
  scheduledCallback,
  transit,
  type Fields,
} from '../../../support/ledger.ts'

const discarded = { ...deadCallback, discardedAt: '2026-02-26T15:45:00.000Z' }
const cancelled = { ...scheduledCallback, state: 'cancelled' }

it('names a dead letter in the index again, once', async () => {
  const before = { callback: deadCallback }
  const { reply, after, again } = await transit(before, (store) =>
    relist(store, { id, diedAtMs: 7 }),
  )
  expect(reply).toBe(true)
  expect(after).toEqual(changed(before, { deadLetters: [id] }))
  expect(again).toEqual({ reply: false, after })
})

it('notes what a dead letter died of that an older version has listed by time alone', async () => {
  const { store } = await ledgerWith({ callback: { ...deadCallback, reason: 'uncertain' } })
  await store.redis.zadd(deadLettersKey(store.ref), 1, id)
  expect(await relist(store, { id, diedAtMs: 7 })).toBe(false)
  expect(await countLettersByReason(store)).toMatchObject({ uncertain: 1, exhausted: 0 })
})

it('counts no longer by reason what is no dead letter', async () => {
  const { store } = await ledgerWith({ callback: bookedCallback })
  await store.redis.zadd(letterReasonsKey(store.ref), 1, id)
  expect(await unlist(store, { ids: [id] })).toEqual([])
  expect(await store.redis.exists(letterReasonsKey(store.ref))).toBe(0)
})

it('names it by the time of its death', async () => {
  const { store } = await ledgerWith({ callback: deadCallback })
  await relist(store, { id, diedAtMs: 7 })
  expect(await store.redis.zscore(deadLettersKey(store.ref), id)).toBe('7')
})

it('leaves the time of death as it is in the index', async () => {
  const { store } = await ledgerWith({ callback: deadCallback, deadLetters: [id] })
  expect(await relist(store, { id, diedAtMs: 7 })).toBe(false)
  expect(await store.redis.zscore(deadLettersKey(store.ref), id)).toBe('1')
})

it.each<[string, Fields]>([
  ['discarded', discarded],
  ['redriven', acceptedCallback],
  ['booked late', bookedCallback],
  ['forgotten', {}],
])('names none in the index that was %s meanwhile', async (_, callback) => {
  const before = Object.keys(callback).length === 0 ? {} : { callback }
  const { store, state } = await ledgerWith(before)
  expect(await relist(store, { id, diedAtMs: 7 })).toBe(false)
  expect(await state()).toEqual(changed(before, {}))
})

it.each<[string, Fields]>([
  ['accepted', acceptedCallback],
  ['scheduled', scheduledCallback],
  ['attempting', attemptingCallback],
  ['retrying', retryingCallback],
  ['booked', bookedCallback],
  ['cancelled', cancelled],
  ['discarded', discarded],
  ['missing', {}],
])('takes an id out of the index whose callback is %s', async (is, callback) => {
  const before = {
    ...(Object.keys(callback).length === 0 ? {} : { callback }),
    deadLetters: [id],
  }
  const { store, state } = await ledgerWith(before)
  expect(await unlist(store, { ids: [id] })).toEqual([{ id, is }])
  expect(await state()).toEqual(changed(before, { deadLetters: [] }))
  expect(await unlist(store, { ids: [id] })).toEqual([])
})

it.each<[string, Fields]>([
  ['dead', deadCallback],
  ['of a newer version', { ...bookedCallback, v: '2' }],
  ['in a state that nobody knows', { ...bookedCallback, state: 'napping' }],
])('leaves an id in the index whose callback is %s', async (_, callback) => {
  const before = { callback, deadLetters: [id] }
  const { store, state } = await ledgerWith(before)
  expect(await unlist(store, { ids: [id] })).toEqual([])
  expect(await state()).toEqual(changed(before, {}))
})

it('takes those out of a whole page that are not dead, past keys of other types', async () => {
  const { store } = await ledgerWith({
    callback: deadCallback,
    deadLetters: ['foreign', 'gone', id, 'other'],
  })
  const { redis, ref } = store
  await redis.set(callbackKey(ref, 'foreign'), 'no hash')
  await redis.hset(callbackKey(ref, 'other'), bookedCallback)
  expect(await unlist(store, { ids: ['foreign', 'gone', id, 'other'] })).toEqual([
    { id: 'gone', is: 'missing' },
    { id: 'other', is: 'booked' },
  ])
  expect(await redis.zrange(deadLettersKey(ref), '0', '-1')).toEqual(['foreign', id])
})
