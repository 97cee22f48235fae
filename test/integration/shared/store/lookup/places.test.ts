/** Where callbacks are found by call and by number: written by open.lua and locate.lua, taken away by prune.lua. */
import { describe, expect, it, vi } from 'vitest'

import { parseIntent } from '../../../../../src/shared/contract/intent.ts'
import {
  callbackKey,
  numberPlaceKey,
  secretKey,
  type DestinationRef,
} from '../../../../../src/shared/redis/keys.ts'
import { open } from '../../../../../src/shared/store/ledger/open.ts'
import { numberKeyOf, placesOf } from '../../../../../src/shared/store/ledger/places.ts'
import { findIds, type Clue } from '../../../../../src/shared/store/lookup/find-ids.ts'
import { locate } from '../../../../../src/shared/store/lookup/locate.ts'
import { keepNumberKey, readNumberKey } from '../../../../../src/shared/store/lookup/number-key.ts'
import { prune } from '../../../../../src/shared/store/lookup/prune.ts'
import {
  acceptedCallback,
  callId,
  deadCallback,
  entryId,
  id,
  intent,
  ledgerWith,
  otherIntent,
  scheduledCallback,
  type Ledger,
} from '../../../../support/ledger.ts'
import { placedMember, testNumberKey } from '../../../../support/number-key.ts'

const callbackNumber = '+18445791189'
const byNumber: Clue = { kind: 'number', callbackNumber }
const byCall: Clue = { kind: 'call', callId }

function opening({ store }: Ledger, key = testNumberKey, text = intent) {
  const parsed = parseIntent(JSON.parse(text))
  if (parsed.kind !== 'ok') throw new Error('the test has no valid intent')
  return open(store, {
    ...placesOf(key, parsed.intent),
    id,
    intent: text,
    entryId,
    delayMs: undefined,
    notBefore: undefined,
    expiresAt: undefined,
    traceparent: undefined,
  })
}

function found({ store }: Pick<Ledger, 'store'>, clue: Clue, key = testNumberKey) {
  return findIds(store, { key, page: { clue, from: 0, count: 10 } })
}

function bucketOf(ref: DestinationRef) {
  const { numberBucket } = placesOf(testNumberKey, { callId, callbackNumber })
  return numberPlaceKey(ref, numberBucket)
}

describe('a callback that is opened', () => {
  it.each([
    ['by the bridge', {}],
    ['by the library before', { callback: acceptedCallback }],
  ])(
    '%s is found by its call and by its number, and once however often that is done',
    async (_, more) => {
      const ledger = await ledgerWith({ inbox: { [entryId]: intent }, ...more })
      for (let nth = 1; nth <= 2; nth += 1) {
        await opening(ledger)
        expect(await found(ledger, byNumber)).toEqual([id])
        expect(await found(ledger, byCall)).toEqual([id])
      }
      expect(await ledger.store.redis.hget(callbackKey(ledger.store.ref, id), 'placed')).toBe(
        String(testNumberKey.mark),
      )
    },
  )

  it.each([
    '5f0c9a51-7c1e-4a7b-9f0e-0000000000ff',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '00000000-0000-0000-0000-000000000000',
    '5F0C9A51-7C1E-4A7B-9F0E-0000000000FF',
    '5f0c9a51-7c1e-4a7b-9f0e-0000000000fg',
    '5f0c9a517c1e4a7b9f0e0000000000ff',
    '5f0c9a51-7c1e-4a7b-9f0e0-000000000ff',
    'a'.repeat(36),
    'x'.repeat(128),
    '-._',
  ])('as %s is found as that', async (name) => {
    const { store } = await ledgerWith()
    const { redis, ref } = store
    const text = JSON.stringify({ id: name, callId, callbackNumber })
    await redis.hset(callbackKey(ref, name), { ...scheduledCallback, intent: text })
    const places = placesOf(testNumberKey, { callId, callbackNumber })
    await locate(store, { ...places, id: name, intent: text, acceptedMs: 1 })
    expect(await found({ store }, byNumber)).toEqual([name])
    const members = await redis.zrangeBuffer(bucketOf(ref), '0', '-1')
    expect(members.map((member) => member.subarray(4))).toEqual([placedMember(name).subarray(4)])
    for (const clue of [byNumber, byCall]) expect(await found({ store }, clue)).toEqual([name])
    expect(await prune(store, [bucketOf(ref)])).toBe(0)
  })

  it('anew after it has died, with another call, is found by that too', async () => {
    const ledger = await ledgerWith({ callback: deadCallback, inbox: { [entryId]: otherIntent } })
    await opening(ledger, testNumberKey, otherIntent)
    expect(await found(ledger, { kind: 'call', callId: 'd' })).toEqual([id])
    expect(await found(ledger, byNumber)).toEqual([id])
  })

  it('is opened all the same where somebody else has put something in the place of an index', async () => {
    const ledger = await ledgerWith({ inbox: { [entryId]: intent } })
    await ledger.store.redis.set(bucketOf(ledger.store.ref), 'not an index')
    expect(await opening(ledger)).toMatchObject({ kind: 'schedule' })
    expect(await found(ledger, byCall)).toEqual([id])
  })

  it('is not found under another key', async () => {
    const ledger = await ledgerWith({ inbox: { [entryId]: intent } })
    await opening(ledger)
    expect(await found(ledger, byNumber, numberKeyOf('of somebody else'))).toEqual([])
  })
})

describe('several callbacks of one number', () => {
  it('are found newest first, page by page', async () => {
    const { store } = await ledgerWith()
    for (const [n, name] of ['old', 'newer', 'newest'].entries()) {
      const text = JSON.stringify({ id: name, callId: name, callbackNumber })
      await store.redis.hset(callbackKey(store.ref, name), { ...scheduledCallback, intent: text })
      const places = placesOf(testNumberKey, { callId: name, callbackNumber })
      const acceptedMs = 1_772_120_452_000 + n * 1_000
      expect(await locate(store, { ...places, id: name, intent: text, acceptedMs })).toBe('placed')
    }
    const page = (from: number) =>
      findIds(store, { key: testNumberKey, page: { clue: byNumber, from, count: 2 } })
    expect(await page(0)).toEqual(['newest', 'newer'])
    expect(await page(2)).toEqual(['old'])
  })
})

describe('locate', () => {
  const places = placesOf(testNumberKey, { callId, callbackNumber })

  it.each([
    ['is gone', undefined],
    ['is another one by now', { ...scheduledCallback, intent: otherIntent }],
    ['was placed meanwhile', { ...scheduledCallback, placed: String(testNumberKey.mark) }],
  ])('leaves alone a callback that %s', async (_, callback) => {
    const { store, state } = await ledgerWith(callback && { callback })
    const before = await state()
    expect(await locate(store, { ...places, id, intent, acceptedMs: 1 })).toBe('changed')
    expect(await state()).toEqual(before)
    expect(await store.redis.exists(bucketOf(store.ref))).toBe(0)
  })
})

describe('prune', () => {
  const uuid = '5f0c9a51-7c1e-4a7b-9f0e-000000000001'

  it('takes out what is forgotten and leaves what is kept, whatever its id looks like', async () => {
    const { store } = await ledgerWith()
    const { redis, ref } = store
    const bucket = numberPlaceKey(ref, '0000')
    const kept = ['kept', uuid, '5F0C9A51-7C1E-4A7B-9F0E-000000000001']
    const forgotten = ['gone', uuid.replace('1', '2'), 'inbox-1-0']
    for (const each of kept) await redis.hset(callbackKey(ref, each), scheduledCallback)
    for (const [n, each] of [...kept, ...forgotten].entries()) {
      await redis.zadd(bucket, n, placedMember(each))
    }
    expect(await prune(store, [bucket])).toBe(forgotten.length)
    expect(await redis.zcard(bucket)).toBe(kept.length)
    expect(await prune(store, [bucket])).toBe(0)
  })

  it('goes through a bucket of any size, by pages', async () => {
    const { store } = await ledgerWith({ callback: scheduledCallback })
    const { redis, ref } = store
    const bucket = numberPlaceKey(ref, '0000')
    const writes = redis.pipeline()
    for (let n = 0; n < 2_001; n += 1) writes.zadd(bucket, n, `${'0'.repeat(4)}gone-${n}`)
    writes.zadd(bucket, 1_000, `0000${id}`)
    await writes.exec()
    expect(await prune(store, [bucket])).toBe(2_001)
    expect(await redis.zrange(bucket, '0', '-1')).toEqual([`0000${id}`])
  })
})

describe('prune of many buckets', () => {
  it('asks Redis once for a few hundred callbacks, and passes over a key that is no bucket', async () => {
    const { store } = await ledgerWith({ callback: scheduledCallback })
    const { redis, ref } = store
    const buckets = Array.from({ length: 1_000 }, (_, n) =>
      numberPlaceKey(ref, n.toString(16).padStart(4, '0')),
    )
    const writes = redis.pipeline()
    for (const [n, bucket] of buckets.entries()) {
      if (n === 7) writes.set(bucket, 'of somebody else')
      else writes.zadd(bucket, 1, `0000gone-${n}`, 2, `0000${id}`)
    }
    await writes.exec()
    const asked = vi.spyOn(redis, 'evalsha')
    expect(await prune(store, buckets)).toBe(999)
    expect(asked.mock.calls.length).toBeLessThanOrEqual(6)
    for (const [n, bucket] of buckets.entries()) {
      if (n !== 7) expect(await redis.zrange(bucket, '0', '-1')).toEqual([`0000${id}`])
    }
  })
})

describe('the key of the indexes', () => {
  const given = 'a key that was given, of 32 or more'

  it('is made once, by the first of several that begin together, and is then the same for all', async () => {
    const { store } = await ledgerWith()
    expect(await readNumberKey(store, undefined)).toEqual({ kind: 'none' })
    const keys = await Promise.all([1, 2, 3].map(() => keepNumberKey(store, undefined)))
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(1)
    expect(keys[0]?.secret).toMatch(/^[\w-]{43}$/)
    expect(await readNumberKey(store, undefined)).toEqual({ kind: 'known', key: keys[0] })
  })

  it('is nowhere in Redis if it was given; whoever has another one is told so', async () => {
    const { store } = await ledgerWith()
    const key = await keepNumberKey(store, given)
    expect(await store.redis.get(secretKey(store.ref))).toBe(`given:${key.print}`)
    expect(await readNumberKey(store, given)).toEqual({ kind: 'known', key })
    expect(await readNumberKey(store, undefined)).toEqual({ kind: 'another' })
    expect(await readNumberKey(store, 'another key, of 32 or more chars')).toEqual({
      kind: 'another',
    })
  })

  it('gives way to one that is given, and is made anew when that is given no longer', async () => {
    const { store } = await ledgerWith()
    const made = await keepNumberKey(store, undefined)
    const key = await keepNumberKey(store, given)
    const again = await keepNumberKey(store, undefined)
    expect(new Set([made.secret, key.secret, again.secret]).size).toBe(3)
    expect(await readNumberKey(store, undefined)).toEqual({ kind: 'known', key: again })
  })
})
