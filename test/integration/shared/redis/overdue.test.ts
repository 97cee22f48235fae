import { expect, it } from 'vitest'

import { callbackKey } from '../../../../src/shared/redis/keys.ts'
import { findOverdue } from '../../../../src/shared/redis/scripts.ts'
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
  type Fields,
} from '../../../support/ledger.ts'

const at = '2026-02-26T15:50:00.000Z'
const later = '2026-02-26T15:50:00.001Z'

const cases: [string, Fields, boolean][] = [
  ['accepted long ago', acceptedCallback, true],
  ['scheduled long ago', scheduledCallback, true],
  ['attempting for long', attemptingCallback, true],
  ['retrying, due long ago', retryingCallback, true],
  ['due at that very moment', { ...scheduledCallback, dueAt: at }, true],
  ['due later', { ...scheduledCallback, dueAt: later }, false],
  ['to be tried again later', { ...retryingCallback, nextAttemptAt: later }, false],
  ['touched later', { ...attemptingCallback, updatedAt: later }, false],
  ['booked', bookedCallback, false],
  ['dead', deadCallback, false],
  ['cancelled', { ...scheduledCallback, state: 'cancelled' }, false],
  ['not there', {}, false],
]

it.each(cases)('tells whether a callback is overdue that is %s', async (_, callback, overdue) => {
  const before = Object.keys(callback).length === 0 ? {} : { callback }
  const { redis, place, state } = await ledgerWith(before)
  const key = callbackKey(place, id)
  const found = { key, state: callback['state'], generation: 1 }
  expect(await findOverdue(redis, { keys: [key], at })).toEqual(overdue ? [found] : [])
  expect(await state()).toEqual(changed(before, {}))
})

it('finds what is overdue in a whole page, past keys that are no callbacks', async () => {
  const { redis, place } = await ledgerWith({ callback: { ...scheduledCallback, generation: '3' } })
  await redis.set(callbackKey(place, 'foreign'), 'no hash')
  await redis.hset(callbackKey(place, 'other'), retryingCallback)
  const keys = ['foreign', id, 'missing', 'other'].map((each) => callbackKey(place, each))
  expect(await findOverdue(redis, { keys, at })).toEqual([
    { key: keys[1], state: 'scheduled', generation: 3 },
    { key: keys[3], state: 'retrying', generation: 1 },
  ])
  expect(await findOverdue(redis, { keys: [], at })).toEqual([])
})
