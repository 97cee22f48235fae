/** What is kept how long, and that nothing of ours takes it away before. */
import { settleInput, verifyInput } from '../../../support/end-inputs.ts'
import { redisTimeMs } from '../../../support/redis-time.ts'
import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'

import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  ownerKey,
  resultsKey,
} from '../../../../src/shared/redis/keys.ts'
import { confirm } from '../../../../src/shared/store/ledger/confirm.ts'
import { accept } from '../../../../src/shared/store/ledger/accept.ts'
import { bury, type BuryInput } from '../../../../src/shared/store/dead-letters/bury.ts'
import { open } from '../../../../src/shared/store/ledger/open.ts'
import { redrive } from '../../../../src/shared/store/dead-letters/redrive.ts'
import { begin } from '../../../../src/shared/store/ledger/begin.ts'
import { discard } from '../../../../src/shared/store/dead-letters/discard.ts'
import { settle } from '../../../../src/shared/store/ledger/settle.ts'
import { resolve } from '../../../../src/shared/store/dead-letters/resolve.ts'
import { verify } from '../../../../src/shared/store/ledger/verify.ts'
import { isoTimestamp } from '../../../../src/shared/time/timestamp.ts'
import {
  attemptingCallback,
  bookedCallback,
  deadCallback,
  entryId,
  id,
  intent,
  ledgerWith,
  otherIntent,
  retryingCallback,
  scheduledCallback,
} from '../../../support/ledger.ts'

const now = '2026-02-26T15:41:01.000Z'
const nowMs = Date.parse(now)
const retentionMs = 3_600_000
const fallbackId = `inbox-${entryId}`
const none = { expiresAt: undefined, traceparent: undefined }

const death = {
  state: 'dead',
  now,
  nowMs,
  reason: 'refused',
  code: 'http-400',
  message: 'Salesforce answered 400.',
  retentionMs,
} as const
const burial: BuryInput = {
  group: 'bridge',
  entryId,
  id,
  fallbackId,
  reason: 'invalid',
  code: 'invalid-intent',
  message: 'intent: is not JSON',
  raw: Buffer.from('rubbish'),
  now,
  nowMs,
  retentionMs,
}
const inbox = { [entryId]: 'rubbish' }
const discarded = { ...deadCallback, discardedAt: now }

/** Every way into the grave, from what lies under the id before. Gives the id that the dead letter lies under. */
const deaths: Record<string, (store: DestinationStore) => Promise<string>> = {
  'an attempt was refused': async (store) => {
    await store.redis.hset(callbackKey(store.ref, id), attemptingCallback)
    return die(store)
  },
  'its time was over before it was sent': async (store) => {
    await store.redis.hset(callbackKey(store.ref, id), scheduledCallback)
    await settle(store, settleInput({ ...death, attempt: 0, reason: 'expired' }))
    return id
  },
  'it was redriven after somebody had discarded it': async (store) => {
    await store.redis.hset(callbackKey(store.ref, id), deadCallback)
    await discard(store, { id, now, retentionMs })
    await redrive(store, { id, now, retentionMs: 60_000 })
    return beginAndDie(store, 2)
  },
  'the library sent a new intent for one that was to be forgotten': async (store) => {
    await toBeForgotten(store, discarded)
    await accept(store, {
      ...none,
      id,
      intent: otherIntent,
      delayMs: undefined,
      notBefore: undefined,
    })
    return beginAndDie(store, 2)
  },
  'another client sent a new intent for one that was to be forgotten': async (store) => {
    await toBeForgotten(store, discarded)
    const entry = await store.redis.xadd(inboxKey(store.ref), '*', 'intent', otherIntent)
    await open(store, {
      ...none,
      id,
      intent: otherIntent,
      entryId: String(entry),
      delayMs: undefined,
      notBefore: undefined,
    })
    return beginAndDie(store, 2)
  },
  'an answer came too late to count': async (store) => {
    await store.redis.hset(callbackKey(store.ref, id), attemptingCallback)
    await die(store)
    const late = { ...death, state: 'retrying', record: '{"late":1}', nextAttemptAt: now } as const
    expect(await settle(store, settleInput(late))).toBe('stale')
    return id
  },
  'it was not an intent': (store) => buryIt(store),
  'it was not an intent, and the id as given is taken': async (store) => {
    await store.redis.hset(callbackKey(store.ref, id), bookedCallback)
    return buryIt(store)
  },
  'it conflicts with a dead letter, which stays as well': async (store) => {
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, id), deadCallback)
    const buriedAs = await buryIt(store)
    expect(await redis.pttl(callbackKey(ref, id))).toBe(-1)
    return buriedAs
  },
  'it was not an intent, where something was to be forgotten': async (store) => {
    await toBeForgotten(store, { note: 'not ours' })
    return buryIt(store)
  },
  'it was not an intent, where a discarded one of the same entry lay': async (store) => {
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, id), bookedCallback)
    await redis.hset(callbackKey(ref, fallbackId), { ...discarded, generation: '1' })
    await redis.pexpire(callbackKey(ref, fallbackId), retentionMs)
    const buriedAs = await buryIt(store)
    expect(await redis.hexists(callbackKey(ref, buriedAs), 'discardedAt')).toBe(0)
    return buriedAs
  },
}

describe('a dead letter that nobody acted on', () => {
  it.each(Object.keys(deaths))('is never forgotten: %s', async (way) => {
    const { store } = await ledgerWith({ inbox })
    const { redis, ref } = store
    const buriedAs = await deaths[way]?.(store)
    const key = callbackKey(ref, buriedAs ?? '')
    expect(await redis.hget(key, 'state')).toBe('dead')
    expect(await redis.zrange(deadLettersKey(ref), '0', '-1')).toContain(buriedAs)
    expect(await redis.pttl(key)).toBe(-1)
  })

  it('is forgotten once somebody discarded it, and when it turns out to have been booked', async () => {
    const { store } = await ledgerWith({ callback: deadCallback, deadLetters: [id] })
    await discard(store, { id, now, retentionMs })
    expect(await store.redis.pttl(callbackKey(store.ref, id))).toBeGreaterThan(0)

    const other = await ledgerWith({ callback: deadCallback, deadLetters: [id] })
    const late = { ...death, state: 'booked', recordId: 'r1', record: '{"late":1}' } as const
    expect(await settle(other.store, settleInput(late))).toBe('late-booking')
    expect((await other.state()).expires).toBe(true)
  })
})

describe('what is to be forgotten', () => {
  const ownerTtlMs = 2 * retentionMs
  const booked = { state: 'booked', recordId: 'r1', ownerTtlMs, reason: undefined } as const
  const lasting = { now, nowMs, retentionMs, ownerTtlMs }

  const ends: [string, (store: DestinationStore) => Promise<string>][] = [
    [
      'its answer',
      async (store) => {
        await store.redis.hset(callbackKey(store.ref, id), attemptingCallback)
        return settle(store, settleInput({ ...death, ...booked }))
      },
    ],
    [
      'a late answer',
      async (store) => {
        await store.redis.hset(callbackKey(store.ref, id), deadCallback)
        return settle(store, settleInput({ ...death, ...booked, record: '{"late":1}' }))
      },
    ],
    [
      'a search',
      async (store) => {
        await store.redis.hset(callbackKey(store.ref, id), {
          ...retryingCallback,
          uncertainSince: now,
        })
        return verify(
          store,
          verifyInput({ recordId: 'r1', ...lasting, verdict: 'verified-booked' }),
        )
      },
    ],
    [
      'somebody who looked',
      async (store) => {
        await store.redis.hset(callbackKey(store.ref, id), { ...deadCallback, reason: 'uncertain' })
        return resolve(store, { id, recordId: 'r1', ...lasting })
      },
    ],
  ]

  it.each(ends)(
    'is a callback after the retention, and its ContactRequest after its own time: booked by %s',
    async (_, end) => {
      const { store } = await ledgerWith()
      const { redis, ref } = store
      expect(await end(store)).toMatch(/^(settled|late-booking|booked)$/)
      expect(await msUntilForgotten(redis, callbackKey(ref, id))).toBe(retentionMs)
      expect(await msUntilForgotten(redis, ownerKey(ref, 'r1'))).toBe(ownerTtlMs)
    },
  )

  it('is a discarded dead letter after the retention', async () => {
    const { store } = await ledgerWith({ callback: deadCallback })
    await discard(store, { id, now, retentionMs })
    expect(await msUntilForgotten(store.redis, callbackKey(store.ref, id))).toBe(retentionMs)
  })

  it('is the ContactRequest of a second booking after its own time', async () => {
    const { store } = await ledgerWith({ callback: { ...bookedCallback, attempts: '2' } })
    const second = { ...death, ...booked, record: '{"late":1}' }
    expect(await settle(store, settleInput(second))).toBe('double-booking')
    expect(await msUntilForgotten(store.redis, ownerKey(store.ref, 'r1'))).toBe(ownerTtlMs)
  })
})

describe('a promise', () => {
  it('is not forgotten with what lay under its id', async () => {
    const submission = { ...none, id, intent, delayMs: undefined, notBefore: undefined }
    for (const before of [{ note: 'not ours' }, discarded]) {
      const { store } = await ledgerWith()
      const { redis, ref } = store
      await toBeForgotten(store, before)
      expect(await accept(store, { ...submission })).toMatchObject({ kind: 'accepted' })
      expect(await redis.pttl(callbackKey(ref, id))).toBe(-1)
      expect(await redis.hexists(callbackKey(ref, id), 'note')).toBe(0)
    }
  })

  it('is never trimmed from the inbox, however old and however many', async () => {
    const { store } = await ledgerWith({ callback: deadCallback })
    const { redis, ref } = store
    const ageMs = 365 * 24 * 3_600_000
    const [oldest = ''] = await fill(redis, inboxKey(ref), { ageMs, count: 500 })
    const entry = await redis.xadd(inboxKey(ref), '*', 'intent', intent)

    await redrive(store, { id, now, retentionMs: 60_000 })
    await beginAndDie(store, 2)
    await accept(store, {
      ...none,
      id,
      intent: otherIntent,
      delayMs: undefined,
      notBefore: undefined,
    })
    await confirm(store, { id, entryId: String(entry), group: 'bridge', now })
    await bury(store, { ...burial, entryId: oldest })

    // 500 and two generations of one callback; one confirmed, one buried.
    expect(await redis.xlen(inboxKey(ref))).toBe(501)
  })
})

describe('a result', () => {
  it.each([
    ['by an attempt’s end', (store: DestinationStore, at: At) => settleAt(store, at)],
    ['by a burial', (store: DestinationStore, at: At) => buryAt(store, at)],
    ['by what a search found', (store: DestinationStore, at: At) => verifyAt(store, at)],
    ['by what somebody found', (store: DestinationStore, at: At) => resolveAt(store, at)],
  ])('is trimmed for its age alone, %s', async (_, write) => {
    const { store } = await ledgerWith({ callback: attemptingCallback, inbox })
    const { redis, ref } = store
    const old = await fill(redis, resultsKey(ref), { ageMs: 2 * retentionMs, count: 500 })
    const young = await fill(redis, resultsKey(ref), { ageMs: retentionMs / 2, count: 500 })
    await write(store, await redisTimeMs(redis))
    const kept = await idsOf(store)
    expect(kept).toEqual(expect.arrayContaining(young))
    // Redis trims whole nodes of a hundred.
    expect(kept.filter((each) => old.includes(each)).length).toBeLessThan(100)
  })

  it.each([
    ['an hour', 3_600_000],
    ['a year', 365 * 24 * 3_600_000],
  ])('is not trimmed early by a worker whose clock is ahead by %s', async (_, aheadMs) => {
    const { store } = await ledgerWith({ callback: attemptingCallback, inbox })
    const { redis, ref } = store
    const young = await fill(redis, resultsKey(ref), { ageMs: retentionMs - 60_000, count: 500 })
    const ahead = (await redisTimeMs(redis)) + aheadMs
    await settleAt(store, ahead)
    await buryAt(store, ahead)
    await verifyAt(store, ahead)
    await resolveAt(store, ahead)
    expect(await idsOf(store)).toEqual(expect.arrayContaining(young))
  })

  it('is kept as long as a worker says whose clock is behind', async () => {
    const { store } = await ledgerWith({ callback: attemptingCallback, inbox })
    const { redis, ref } = store
    const behindMs = 3_600_000
    const ageMs = retentionMs + behindMs / 2
    const kept = await fill(redis, resultsKey(ref), { ageMs, count: 500 })
    await settleAt(store, (await redisTimeMs(redis)) - behindMs)
    expect(await idsOf(store)).toEqual(expect.arrayContaining(kept))
  })
})

type At = number

async function settleAt(store: DestinationStore, at: At): Promise<void> {
  expect(await settle(store, settleInput({ ...death, nowMs: at }))).toBe('settled')
}

async function buryAt(store: DestinationStore, at: At): Promise<void> {
  expect(await bury(store, { ...burial, nowMs: at })).toBe(fallbackId)
}

async function verifyAt(store: DestinationStore, at: At): Promise<void> {
  await store.redis.hset(callbackKey(store.ref, 'two'), {
    ...retryingCallback,
    uncertainSince: now,
  })
  const reply = await verify(
    store,
    verifyInput({
      id: 'two',
      recordId: 'r2',
      now,
      nowMs: at,
      retentionMs,
      ownerTtlMs: retentionMs,
      verdict: 'verified-booked',
    }),
  )
  expect(reply).toBe('settled')
}

async function resolveAt(store: DestinationStore, at: At): Promise<void> {
  await store.redis.hset(callbackKey(store.ref, 'three'), { ...deadCallback, reason: 'uncertain' })
  const times = { nowMs: at, retentionMs }
  const input = { id: 'three', recordId: 'r3', now, ownerTtlMs: retentionMs, ...times }
  expect(await resolve(store, input)).toBe('booked')
}

async function die(store: DestinationStore, attempt = 1): Promise<string> {
  expect(await settle(store, settleInput({ ...death, attempt }))).toBe('settled')
  return id
}

async function beginAndDie(store: DestinationStore, generation: number): Promise<string> {
  // By Redis' time, which is when it was accepted and is due.
  const at = isoTimestamp(await redisTimeMs(store.redis))
  const times = { now: at, nowWithTolerance: at }
  expect(await begin(store, { id, generation, claim: 'c', ...times })).toMatchObject({
    kind: 'begun',
  })
  return die(store, 2)
}

async function buryIt(store: DestinationStore): Promise<string> {
  return (await bury(store, { ...burial })) ?? ''
}

/** Rounded to minutes: a moment has passed since. */
async function msUntilForgotten(redis: Redis, key: string): Promise<number> {
  return Math.round((await redis.pttl(key)) / 60_000) * 60_000
}

async function toBeForgotten({ redis, ref }: DestinationStore, fields: object): Promise<void> {
  await redis.hset(callbackKey(ref, id), fields)
  await redis.pexpire(callbackKey(ref, id), retentionMs)
}

/** Entries of this age, as if they had been added then. Gives their ids. */
async function fill(
  redis: Redis,
  key: string,
  { ageMs, count }: { ageMs: number; count: number },
): Promise<string[]> {
  const firstMs = (await redisTimeMs(redis)) - ageMs
  const ids = Array.from({ length: count }, (_, n) => `${firstMs + n}-0`)
  await Promise.all(ids.map((each) => redis.xadd(key, each, 'id', 'someone')))
  return ids
}

async function idsOf({ redis, ref }: DestinationStore): Promise<string[]> {
  const entries = await redis.xrange(resultsKey(ref), '-', '+')
  return entries.map(([each]) => each)
}
