import { describe, expect, it } from 'vitest'

import { bridgeGroup, readNew } from '../../../../src/shared/store/inbox/inbox.ts'
import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  resultsKey,
  statsKey,
} from '../../../../src/shared/redis/keys.ts'
import { lastPossibleId } from '../../../../src/shared/redis/stream-id.ts'
import { bury, type BuryInput } from '../../../../src/shared/store/dead-letters/bury.ts'
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
  pendingEntries,
  retryingCallback,
  scheduledCallback,
  transit,
} from '../../../support/ledger.ts'

const now = '2026-02-26T15:40:53.000Z'
const nowMs = Date.parse(now)
const fallbackId = `inbox-${entryId}`
const inbox = { [entryId]: 'rubbish', '1772120452000-1': intent }
const left = { '1772120452000-1': intent }
const why = { reason: 'invalid', code: 'invalid-intent', message: 'priority: must be …' } as const
const letter = { v: '1', state: 'dead', ...why, raw: 'rubbish', acceptedAt, updatedAt: now }
const result = { state: 'dead', reason: why.reason, code: why.code, at: now }

function burying(more: Partial<BuryInput> = {}) {
  return (store: DestinationStore) =>
    bury(store, {
      group: bridgeGroup,
      entryId,
      id,
      fallbackId,
      ...why,
      raw: Buffer.from('rubbish'),
      now,
      nowMs,
      retentionMs: 60_000,
      ...more,
    })
}

it('makes a dead letter and a result under the id as given and takes the entry away, once', async () => {
  const { reply, after, again } = await transit({ inbox }, burying())
  expect(reply).toBe(id)
  expect(after).toEqual({
    callback: { ...letter, generation: '1', attempts: '0' },
    inbox: left,
    deadLetters: [id],
    results: [{ id, attempts: '0', ...result }],
    stats: { 'dead:invalid': '1' },
    owners: {},
    expires: false,
  })
  expect(again).toEqual({ reply: undefined, after })
})

it('buries under its own id the callback that this very entry has opened', async () => {
  const before = { callback: acceptedCallback, inbox }
  const { reply, after, again } = await transit(before, burying({ reason: 'expired' }))
  expect(reply).toBe(id)
  const expired = { ...letter, reason: 'expired' }
  expect(after).toEqual({
    callback: { ...acceptedCallback, ...expired, entry: undefined },
    inbox: left,
    deadLetters: [id],
    results: [{ id, attempts: '0', ...result, reason: 'expired' }],
    stats: { 'dead:expired': '1' },
    owners: {},
    expires: false,
  })
  expect(again).toEqual({ reply: undefined, after })
})

it('publishes the mark of a generation that it buries before it was sent again', async () => {
  const callback = { ...acceptedCallback, generation: '2', possibleDuplicate: '1' }
  const { after } = await transit({ callback, inbox }, burying({ reason: 'expired' }))
  expect(after.callback).toMatchObject({ state: 'dead', possibleDuplicate: '1' })
  expect(after.results).toMatchObject([{ id, reason: 'expired', possibleDuplicate: '1' }])
})

it('publishes and keeps the attempts and the generation of those before it', async () => {
  const callback = { ...acceptedCallback, generation: '3', attempts: '4', priorAttempts: '4' }
  const { after } = await transit({ callback, inbox }, burying({ reason: 'expired' }))
  expect(after.callback).toMatchObject({ state: 'dead', generation: '3', attempts: '4' })
  expect(after.results).toMatchObject([{ id, attempts: '4' }])
})

it('does not say of text that it is base64, whatever lay there before', async () => {
  const callback = { ...acceptedCallback, rawEncoding: 'base64' }
  const { after } = await transit({ callback, inbox }, burying())
  expect(after.callback).toMatchObject({ state: 'dead', raw: 'rubbish' })
  expect(after.callback).not.toHaveProperty('rawEncoding')
})

it('is listed under the time of its death', async () => {
  const { store } = await ledgerWith({ inbox })
  await burying()(store)
  expect(await store.redis.zscore(deadLettersKey(store.ref), id)).toBe(`${nowMs}`)
})

it('is not put off by a key of another type under the id as given', async () => {
  const { store } = await ledgerWith({ inbox })
  const { redis, ref } = store
  await redis.set(callbackKey(ref, id), 'foreign')
  expect(await burying()(store)).toBe(fallbackId)
  expect(await redis.get(callbackKey(ref, id))).toBe('foreign')
  expect(await redis.hget(callbackKey(ref, fallbackId), 'state')).toBe('dead')
})

it('is not put off by a key of another type under the id of the letter that it names', async () => {
  const { store } = await ledgerWith({ inbox })
  const { redis, ref } = store
  await redis.set(callbackKey(ref, 'letter'), 'foreign')
  expect(await burying({ redriveOf: 'letter' })(store)).toBe(id)
  expect(await redis.get(callbackKey(ref, 'letter'))).toBe('foreign')
})

it('leaves nothing pending either of an entry whose callback is under way', async () => {
  const callback = { ...bookedCallback, entry: entryId }
  const { store } = await ledgerWith({ callback, inbox })
  await readNew(store, { consumer: 'one', count: 1, blockMs: 1 })
  expect(await pendingEntries(store)).toBe(1)
  expect(await burying()(store)).toBeUndefined()
  expect(await pendingEntries(store)).toBe(0)
})

describe.each([
  ['accepted by another entry', { ...acceptedCallback, entry: '1-1' }],
  ['scheduled', scheduledCallback],
  ['attempting', attemptingCallback],
  ['retrying', retryingCallback],
  ['booked', bookedCallback],
  ['dead', deadCallback],
])('an id under which a callback is %s', (_, callback) => {
  it('leaves that untouched: the dead letter gets an id of its own', async () => {
    const before = { callback, inbox }
    const { reply, after } = await transit(before, burying())
    expect(reply).toBe(fallbackId)
    expect(after).toEqual(
      changed(before, {
        inbox: left,
        deadLetters: [fallbackId],
        results: [{ id: fallbackId, submittedId: id, attempts: '0', ...result }],
        stats: { 'dead:invalid': '1' },
      }),
    )
  })
})

it('says in the letter that lies apart, and in its result, which id was submitted, and which call it is about', async () => {
  const { store, state } = await ledgerWith({ callback: scheduledCallback, inbox })
  await burying({ callId: 'vendor-1' })(store)
  const letter = await store.redis.hgetall(callbackKey(store.ref, fallbackId))
  expect(letter).toMatchObject({ state: 'dead', submittedId: id })
  expect((await state()).results).toMatchObject([
    { id: fallbackId, submittedId: id, callId: 'vendor-1' },
  ])
})

describe('an entry that was redriven from a letter', () => {
  const redriveOf = 'inbox-1-1'
  const first = { ...letter, generation: '1', attempts: '0', redrivenAt: now, discardedAt: now }

  it.each(['rubbish without an id', 'another callback has its id'])(
    'lies under that letter again, as a new generation with its past: %s',
    async (why) => {
      const apart = why.startsWith('rubbish')
      const { store } = await ledgerWith(apart ? { inbox } : { callback: scheduledCallback, inbox })
      const { redis, ref } = store
      const key = callbackKey(ref, redriveOf)
      await redis.hset(key, { ...first, redrivenAs: entryId })
      await redis.pexpire(key, 60_000)
      const under = apart ? { id: fallbackId } : {}
      expect(await burying({ redriveOf, ...under })(store)).toBe(redriveOf)
      const { redrivenAs, discardedAt, ...again } = await redis.hgetall(key)
      expect([redrivenAs, discardedAt]).toEqual([undefined, undefined])
      expect(again).toMatchObject({ state: 'dead', generation: '2', redrivenAt: now })
      expect(again['submittedId']).toBe(apart ? undefined : id)
      expect(await redis.pttl(key)).toBe(-1)
      expect(await redis.exists(callbackKey(ref, fallbackId))).toBe(0)
    },
  )

  it('lies apart where that letter knows nothing of it, and leaves the letter untouched', async () => {
    const { store } = await ledgerWith({ inbox })
    const { redis, ref } = store
    const key = callbackKey(ref, redriveOf)
    await redis.hset(key, { ...first, redrivenAs: '9-9' })
    const before = await redis.hgetall(key)
    expect(await burying({ redriveOf, id: fallbackId })(store)).toBe(fallbackId)
    expect(await redis.hgetall(key)).toEqual(before)
  })

  it('lies under the id of the callback that it has opened', async () => {
    const { store } = await ledgerWith({ callback: acceptedCallback, inbox })
    await store.redis.hset(callbackKey(store.ref, redriveOf), { ...first, redrivenAs: entryId })
    expect(await burying({ redriveOf })(store)).toBe(id)
  })
})

describe.each([
  ['attempting', attemptingCallback],
  ['scheduled', scheduledCallback],
  ['retrying', retryingCallback],
  ['booked', bookedCallback],
])('an entry whose own callback is %s by now', (_, callback) => {
  it('is confirmed and not buried: one entry has one end', async () => {
    const before = { callback: { ...callback, entry: entryId }, inbox }
    const { reply, after, again } = await transit(before, burying())
    expect(reply).toBeUndefined()
    expect(after).toEqual(changed(before, { callback: { entry: undefined }, inbox: left }))
    expect(again).toEqual({ reply: undefined, after })
  })
})

it('keeps every byte, those that are no UTF-8 and the zero too', async () => {
  const raw = Buffer.from([0x7b, 0x00, 0xff, 0xc3, 0x28, 0x0a])
  const { store } = await ledgerWith({ inbox })
  await burying({ raw })(store)
  expect(await store.redis.hgetBuffer(callbackKey(store.ref, id), 'raw')).toEqual(raw)
})

it('leaves nothing pending, and works without any group as well', async () => {
  const { store } = await ledgerWith({ inbox })
  await readNew(store, { consumer: 'one', count: 10, blockMs: 1 })
  await burying()(store)
  expect(await pendingEntries(store)).toBe(1)
  const next = burying({ entryId: '1772120452000-1', group: 'no-such-group' })
  expect(await next(store)).toBe(fallbackId)
})

it('lays it beside the letter of an entry that had the same id before, as one may after a repair', async () => {
  const { store } = await ledgerWith({ inbox })
  const { redis, ref } = store
  expect(await burying({ id: fallbackId })(store)).toBe(fallbackId)
  const first = await redis.hgetall(callbackKey(ref, fallbackId))
  for (const nth of [2, 3]) {
    await redis.del(inboxKey(ref))
    await redis.xadd(inboxKey(ref), entryId, 'intent', 'other')
    expect(await burying({ id: fallbackId, raw: 'other' })(store)).toBe(`${fallbackId}-${nth}`)
  }
  expect(await redis.hgetall(callbackKey(ref, fallbackId))).toEqual(first)
  expect(await redis.zcard(deadLettersKey(ref))).toBe(3)
})

it('writes nothing where the results have come to their last id, however often it is tried', async () => {
  const { store } = await ledgerWith({ inbox })
  const { redis, ref } = store
  await redis.xadd(resultsKey(ref), lastPossibleId, 'id', 'x')
  for (let tries = 0; tries < 3; tries += 1) {
    await expect(burying()(store)).rejects.toThrow('last possible ID')
  }
  const keys = [callbackKey(ref, id), callbackKey(ref, fallbackId), statsKey(ref)]
  expect(await redis.exists(...keys, deadLettersKey(ref))).toBe(0)
  expect(await redis.xlen(inboxKey(ref))).toBe(2)
})
