import { describe, expect, it } from 'vitest'

import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey } from '../../../../src/shared/redis/keys.ts'
import { redrive } from '../../../../src/shared/store/dead-letters/redrive.ts'
import { discard } from '../../../../src/shared/store/dead-letters/discard.ts'
import {
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  changed,
  deadCallback,
  id,
  intent,
  ledgerWith,
  retryingCallback,
  scheduledCallback,
  transit,
} from '../../../support/ledger.ts'

const now = '2026-02-26T16:00:00.000Z'
const later = '2026-02-26T17:00:00.000Z'
const letter = { callback: deadCallback, deadLetters: [id, 'another'] }
const never = {
  callback: {
    v: '1',
    state: 'dead',
    reason: 'invalid',
    code: 'invalid-intent',
    message: 'callId: …',
    raw: 'rubbish',
    acceptedAt: now,
    updatedAt: now,
    generation: '1',
    attempts: '0',
  },
  deadLetters: [id],
}

function redriving(store: DestinationStore) {
  return redrive(store, { id, now, retentionMs: 60_000 })
}

function discarding(store: DestinationStore) {
  return discard(store, { id, now, retentionMs: 60_000 })
}

const alive = [
  ['accepted', acceptedCallback],
  ['scheduled', scheduledCallback],
  ['attempting', attemptingCallback],
  ['retrying', retryingCallback],
  ['booked', bookedCallback],
] as const

describe('redrive', () => {
  it('sends a dead letter through the inbox again as a new generation with a new budget, once', async () => {
    const { reply, after, again } = await transit(letter, redriving)
    expect(reply).toBe('redriven')
    const [entry = ''] = Object.keys(after.inbox)
    expect(after).toEqual(
      changed(letter, {
        callback: {
          state: 'accepted',
          generation: '2',
          priorAttempts: '1',
          entry,
          openedBy: entry,
          redrivenAt: now,
          updatedAt: now,
          reason: undefined,
          code: undefined,
          message: undefined,
          firstAttemptAt: undefined,
        },
        inbox: { [entry]: intent },
        deadLetters: ['another'],
      }),
    )
    expect(again).toEqual({ reply: 'not-dead', after })
  })

  it('brings back a discarded one, which is then not forgotten', async () => {
    const discarded = { callback: { ...deadCallback, discardedAt: now }, expires: true }
    const { reply, after } = await transit(discarded, redriving)
    expect(reply).toBe('redriven')
    expect(after.expires).toBe(false)
    expect(after.callback).not.toHaveProperty('discardedAt')
  })

  it('sends what never was a callback as the same bytes, to be judged anew', async () => {
    const { reply, after, again } = await transit(never, redriving)
    expect(reply).toBe('redriven')
    expect(Object.values(after.inbox)).toEqual(['rubbish'])
    const [redrivenAs = ''] = Object.keys(after.inbox)
    expect(after).toEqual(
      changed(never, {
        // It can be looked up for the retention, and says what it went in as.
        callback: { redrivenAs, redrivenAt: now, discardedAt: now, updatedAt: now },
        inbox: after.inbox,
        deadLetters: [],
        expires: true,
      }),
    )
    expect(again).toEqual({ reply: 'redriven-before', after })
  })

  it('says in the inbox which letter the bytes come from', async () => {
    const { store } = await ledgerWith(never)
    await redriving(store)
    const [entry] = await store.redis.xrange(inboxKey(store.ref), '-', '+')
    expect(entry?.[1]).toEqual(['intent', 'rubbish', 'redriveOf', id])
  })

  it('lets what never was a callback be forgotten after the retention, and no sooner', async () => {
    const { store } = await ledgerWith(never)
    const { redis, ref } = store
    await redrive(store, { id, now: later, retentionMs: 60_000 })
    const key = callbackKey(ref, id)
    const ttlMs = await redis.pttl(key)
    expect(ttlMs).toBeGreaterThan(50_000)
    expect(ttlMs).toBeLessThanOrEqual(60_000)
    expect(await redis.hget(key, 'updatedAt')).toBe(later)
  })

  it('marks what is in doubt, and nothing else: nobody has said that it was not booked', async () => {
    const doubtful = { ...letter, callback: { ...deadCallback, reason: 'uncertain' } }
    const { after } = await transit(doubtful, redriving)
    expect(after.callback).toMatchObject({ state: 'accepted', possibleDuplicate: '1' })
    const plain = await transit(letter, redriving)
    expect(plain.after.callback).not.toHaveProperty('possibleDuplicate')
  })

  it('sends no bytes that are not text: they can never be an intent', async () => {
    const before = { ...never, callback: { ...never.callback, rawEncoding: 'base64' } }
    const { reply, after } = await transit(before, redriving)
    expect(reply).toBe('nothing-to-send')
    expect(after).toEqual(changed(before, {}))
  })

  it.each([
    ['there never was an intent', 'no-intent-field'],
    ['nobody can tell which intent is meant', 'repeated-intent-field'],
    ['nobody can tell which wish is meant', 'repeated-wish-field'],
  ])('sends nothing where %s', async (_, code) => {
    const before = { ...never, callback: { ...never.callback, code } }
    const { reply, after } = await transit(before, redriving)
    expect(reply).toBe('nothing-to-send')
    expect(after).toEqual(changed(before, {}))
  })

  it.each(alive)('leaves a callback that is %s as it is', async (_, callback) => {
    const { reply, after } = await transit({ callback }, redriving)
    expect(reply).toBe('not-dead')
    expect(after).toEqual(changed({ callback }, {}))
  })

  it('knows nothing of an id that nobody gave', async () => {
    const { reply, after } = await transit({}, redriving)
    expect(reply).toBe('missing')
    expect(after).toEqual(changed({}, {}))
  })
})

describe('discard', () => {
  it('takes a dead letter off the list and lets it be forgotten in time', async () => {
    const { reply, after, again } = await transit(letter, discarding)
    expect(reply).toBe('discarded')
    expect(after).toEqual(
      changed(letter, {
        callback: { discardedAt: now, updatedAt: now },
        deadLetters: ['another'],
        expires: true,
      }),
    )
    expect(again).toEqual({ reply: 'discarded', after })
  })

  it.each(alive)('leaves a callback that is %s as it is', async (_, callback) => {
    const { reply, after } = await transit({ callback }, discarding)
    expect(reply).toBe('not-dead')
    expect(after).toEqual(changed({ callback }, {}))
  })

  it('knows nothing of an id that nobody gave', async () => {
    const { reply } = await transit({}, discarding)
    expect(reply).toBe('missing')
  })
})
