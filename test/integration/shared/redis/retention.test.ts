/** What is kept how long, and that nothing of ours takes it away before. */
import { settleInput, verifyInput } from '../../../support/end-inputs.ts'
import { redisTimeMs } from '../../../support/redis-time.ts'
import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'

import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  recordKey,
  resultsKey,
  type Place,
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
const burial: Omit<BuryInput, 'place'> = {
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
const deaths: Record<string, (redis: Redis, place: Place) => Promise<string>> = {
  'an attempt was refused': async (redis, place) => {
    await redis.hset(callbackKey(place, id), attemptingCallback)
    return die(redis, place)
  },
  'its time was over before it was sent': async (redis, place) => {
    await redis.hset(callbackKey(place, id), scheduledCallback)
    await settle(redis, settleInput(place, { ...death, attempt: 0, reason: 'expired' }))
    return id
  },
  'it was redriven after somebody had discarded it': async (redis, place) => {
    await redis.hset(callbackKey(place, id), deadCallback)
    await discard(redis, { place, id, now, retentionMs })
    await redrive(redis, { place, id, now, retentionMs: 60_000 })
    return beginAndDie(redis, place, 2)
  },
  'the library sent a new intent for one that was to be forgotten': async (redis, place) => {
    await toBeForgotten(redis, place, discarded)
    await accept(redis, {
      ...none,
      place,
      id,
      intent: otherIntent,
      delayMs: undefined,
      notBefore: undefined,
    })
    return beginAndDie(redis, place, 2)
  },
  'another client sent a new intent for one that was to be forgotten': async (redis, place) => {
    await toBeForgotten(redis, place, discarded)
    const entry = await redis.xadd(inboxKey(place), '*', 'intent', otherIntent)
    await open(redis, {
      ...none,
      place,
      id,
      intent: otherIntent,
      entryId: String(entry),
      delayMs: undefined,
      notBefore: undefined,
    })
    return beginAndDie(redis, place, 2)
  },
  'an answer came too late to count': async (redis, place) => {
    await redis.hset(callbackKey(place, id), attemptingCallback)
    await die(redis, place)
    const late = { ...death, state: 'retrying', record: '{"late":1}', nextAttemptAt: now } as const
    expect(await settle(redis, settleInput(place, late))).toBe('stale')
    return id
  },
  'it was not an intent': (redis, place) => buryIt(redis, place),
  'it was not an intent, and the id as given is taken': async (redis, place) => {
    await redis.hset(callbackKey(place, id), bookedCallback)
    return buryIt(redis, place)
  },
  'it conflicts with a dead letter, which stays as well': async (redis, place) => {
    await redis.hset(callbackKey(place, id), deadCallback)
    const buriedAs = await buryIt(redis, place)
    expect(await redis.pttl(callbackKey(place, id))).toBe(-1)
    return buriedAs
  },
  'it was not an intent, where something was to be forgotten': async (redis, place) => {
    await toBeForgotten(redis, place, { note: 'not ours' })
    return buryIt(redis, place)
  },
  'it was not an intent, where a discarded one of the same entry lay': async (redis, place) => {
    await redis.hset(callbackKey(place, id), bookedCallback)
    await redis.hset(callbackKey(place, fallbackId), { ...discarded, generation: '1' })
    await redis.pexpire(callbackKey(place, fallbackId), retentionMs)
    const buriedAs = await buryIt(redis, place)
    expect(await redis.hexists(callbackKey(place, buriedAs), 'discardedAt')).toBe(0)
    return buriedAs
  },
}

describe('a dead letter that nobody acted on', () => {
  it.each(Object.keys(deaths))('is never forgotten: %s', async (way) => {
    const { redis, place } = await ledgerWith({ inbox })
    const buriedAs = await deaths[way]?.(redis, place)
    const key = callbackKey(place, buriedAs ?? '')
    expect(await redis.hget(key, 'state')).toBe('dead')
    expect(await redis.zrange(deadLettersKey(place), '0', '-1')).toContain(buriedAs)
    expect(await redis.pttl(key)).toBe(-1)
  })

  it('is forgotten once somebody discarded it, and when it turns out to have been booked', async () => {
    const { redis, place } = await ledgerWith({ callback: deadCallback, deadLetters: [id] })
    await discard(redis, { place, id, now, retentionMs })
    expect(await redis.pttl(callbackKey(place, id))).toBeGreaterThan(0)

    const other = await ledgerWith({ callback: deadCallback, deadLetters: [id] })
    const late = { ...death, state: 'booked', recordId: 'r1', record: '{"late":1}' } as const
    expect(await settle(other.redis, settleInput(other.place, late))).toBe('late-booking')
    expect((await other.state()).expires).toBe(true)
  })
})

describe('what is to be forgotten', () => {
  const ownerTtlMs = 2 * retentionMs
  const booked = { state: 'booked', recordId: 'r1', ownerTtlMs, reason: undefined } as const
  const lasting = { now, nowMs, retentionMs, ownerTtlMs }

  const ends: [string, (redis: Redis, place: Place) => Promise<string>][] = [
    [
      'its answer',
      async (redis, place) => {
        await redis.hset(callbackKey(place, id), attemptingCallback)
        return settle(redis, settleInput(place, { ...death, ...booked }))
      },
    ],
    [
      'a late answer',
      async (redis, place) => {
        await redis.hset(callbackKey(place, id), deadCallback)
        return settle(redis, settleInput(place, { ...death, ...booked, record: '{"late":1}' }))
      },
    ],
    [
      'a search',
      async (redis, place) => {
        await redis.hset(callbackKey(place, id), { ...retryingCallback, uncertainSince: now })
        return verify(
          redis,
          verifyInput(place, { recordId: 'r1', ...lasting, verdict: 'verified-booked' }),
        )
      },
    ],
    [
      'somebody who looked',
      async (redis, place) => {
        await redis.hset(callbackKey(place, id), { ...deadCallback, reason: 'uncertain' })
        return resolve(redis, { place, id, recordId: 'r1', ...lasting })
      },
    ],
  ]

  it.each(ends)(
    'is a callback after the retention, and its ContactRequest after its own time: booked by %s',
    async (_, end) => {
      const { redis, place } = await ledgerWith()
      expect(await end(redis, place)).toMatch(/^(settled|late-booking|booked)$/)
      expect(await msUntilForgotten(redis, callbackKey(place, id))).toBe(retentionMs)
      expect(await msUntilForgotten(redis, recordKey(place, 'r1'))).toBe(ownerTtlMs)
    },
  )

  it('is a discarded dead letter after the retention', async () => {
    const { redis, place } = await ledgerWith({ callback: deadCallback })
    await discard(redis, { place, id, now, retentionMs })
    expect(await msUntilForgotten(redis, callbackKey(place, id))).toBe(retentionMs)
  })

  it('is the ContactRequest of a second booking after its own time', async () => {
    const { redis, place } = await ledgerWith({ callback: { ...bookedCallback, attempts: '2' } })
    const second = { ...death, ...booked, record: '{"late":1}' }
    expect(await settle(redis, settleInput(place, second))).toBe('double-booking')
    expect(await msUntilForgotten(redis, recordKey(place, 'r1'))).toBe(ownerTtlMs)
  })
})

describe('a promise', () => {
  it('is not forgotten with what lay under its id', async () => {
    const submission = { ...none, id, intent, delayMs: undefined, notBefore: undefined }
    for (const before of [{ note: 'not ours' }, discarded]) {
      const { redis, place } = await ledgerWith()
      await toBeForgotten(redis, place, before)
      expect(await accept(redis, { ...submission, place })).toMatchObject({ kind: 'accepted' })
      expect(await redis.pttl(callbackKey(place, id))).toBe(-1)
      expect(await redis.hexists(callbackKey(place, id), 'note')).toBe(0)
    }
  })

  it('is never trimmed from the inbox, however old and however many', async () => {
    const { redis, place } = await ledgerWith({ callback: deadCallback })
    const ageMs = 365 * 24 * 3_600_000
    const [oldest = ''] = await fill(redis, inboxKey(place), { ageMs, count: 500 })
    const entry = await redis.xadd(inboxKey(place), '*', 'intent', intent)

    await redrive(redis, { place, id, now, retentionMs: 60_000 })
    await beginAndDie(redis, place, 2)
    await accept(redis, {
      ...none,
      place,
      id,
      intent: otherIntent,
      delayMs: undefined,
      notBefore: undefined,
    })
    await confirm(redis, { place, id, entryId: String(entry), group: 'bridge', now })
    await bury(redis, { ...burial, place, entryId: oldest })

    // 500 and two generations of one callback; one confirmed, one buried.
    expect(await redis.xlen(inboxKey(place))).toBe(501)
  })
})

describe('a result', () => {
  it.each([
    ['by an attempt’s end', (redis: Redis, place: Place, at: At) => settleAt(redis, place, at)],
    ['by a burial', (redis: Redis, place: Place, at: At) => buryAt(redis, place, at)],
    ['by what a search found', (redis: Redis, place: Place, at: At) => verifyAt(redis, place, at)],
    ['by what somebody found', (redis: Redis, place: Place, at: At) => resolveAt(redis, place, at)],
  ])('is trimmed for its age alone, %s', async (_, write) => {
    const { redis, place } = await ledgerWith({ callback: attemptingCallback, inbox })
    const old = await fill(redis, resultsKey(place), { ageMs: 2 * retentionMs, count: 500 })
    const young = await fill(redis, resultsKey(place), { ageMs: retentionMs / 2, count: 500 })
    await write(redis, place, await redisTimeMs(redis))
    const kept = await idsOf(redis, place)
    expect(kept).toEqual(expect.arrayContaining(young))
    // Redis trims whole nodes of a hundred.
    expect(kept.filter((each) => old.includes(each)).length).toBeLessThan(100)
  })

  it.each([
    ['an hour', 3_600_000],
    ['a year', 365 * 24 * 3_600_000],
  ])('is not trimmed early by a worker whose clock is ahead by %s', async (_, aheadMs) => {
    const { redis, place } = await ledgerWith({ callback: attemptingCallback, inbox })
    const young = await fill(redis, resultsKey(place), { ageMs: retentionMs - 60_000, count: 500 })
    const ahead = (await redisTimeMs(redis)) + aheadMs
    await settleAt(redis, place, ahead)
    await buryAt(redis, place, ahead)
    await verifyAt(redis, place, ahead)
    await resolveAt(redis, place, ahead)
    expect(await idsOf(redis, place)).toEqual(expect.arrayContaining(young))
  })

  it('is kept as long as a worker says whose clock is behind', async () => {
    const { redis, place } = await ledgerWith({ callback: attemptingCallback, inbox })
    const behindMs = 3_600_000
    const ageMs = retentionMs + behindMs / 2
    const kept = await fill(redis, resultsKey(place), { ageMs, count: 500 })
    await settleAt(redis, place, (await redisTimeMs(redis)) - behindMs)
    expect(await idsOf(redis, place)).toEqual(expect.arrayContaining(kept))
  })
})

type At = number

async function settleAt(redis: Redis, place: Place, at: At): Promise<void> {
  expect(await settle(redis, settleInput(place, { ...death, nowMs: at }))).toBe('settled')
}

async function buryAt(redis: Redis, place: Place, at: At): Promise<void> {
  expect(await bury(redis, { ...burial, place, nowMs: at })).toBe(fallbackId)
}

async function verifyAt(redis: Redis, place: Place, at: At): Promise<void> {
  await redis.hset(callbackKey(place, 'two'), { ...retryingCallback, uncertainSince: now })
  const reply = await verify(
    redis,
    verifyInput(place, {
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

async function resolveAt(redis: Redis, place: Place, at: At): Promise<void> {
  await redis.hset(callbackKey(place, 'three'), { ...deadCallback, reason: 'uncertain' })
  const times = { nowMs: at, retentionMs }
  const input = { place, id: 'three', recordId: 'r3', now, ownerTtlMs: retentionMs, ...times }
  expect(await resolve(redis, input)).toBe('booked')
}

async function die(redis: Redis, place: Place, attempt = 1): Promise<string> {
  expect(await settle(redis, settleInput(place, { ...death, attempt }))).toBe('settled')
  return id
}

async function beginAndDie(redis: Redis, place: Place, generation: number): Promise<string> {
  // By Redis' time, which is when it was accepted and is due.
  const at = isoTimestamp(await redisTimeMs(redis))
  const times = { now: at, nowWithTolerance: at }
  expect(await begin(redis, { place, id, generation, claim: 'c', ...times })).toMatchObject({
    kind: 'begun',
  })
  return die(redis, place, 2)
}

async function buryIt(redis: Redis, place: Place): Promise<string> {
  return (await bury(redis, { ...burial, place })) ?? ''
}

/** Rounded to minutes: a moment has passed since. */
async function msUntilForgotten(redis: Redis, key: string): Promise<number> {
  return Math.round((await redis.pttl(key)) / 60_000) * 60_000
}

async function toBeForgotten(redis: Redis, place: Place, fields: object): Promise<void> {
  await redis.hset(callbackKey(place, id), fields)
  await redis.pexpire(callbackKey(place, id), retentionMs)
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

async function idsOf(redis: Redis, place: Place): Promise<string[]> {
  const entries = await redis.xrange(resultsKey(place), '-', '+')
  return entries.map(([each]) => each)
}
