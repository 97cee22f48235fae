/** An erasure looks again until nothing is found: producers and workers go on meanwhile. */
import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'

import { eraseNumber } from '../../../src/ops/operations/erase/erase-number.ts'
import { receiptOf } from '../../../src/ops/operations/erase/receipt.ts'
import type { Trace, Unsearched } from '../../../src/ops/operations/erase/trace.ts'
import { spellingsOf } from '../../../src/shared/phone/number-spellings.ts'
import { submitRaw } from '../../../src/shared/store/inbox/submit.ts'
import {
  callbackKey,
  inboxKey,
  jobKey,
  recordKey,
  resultsKey,
  type Place,
} from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { onStep } from '../../support/on-step.ts'
import { freshEnvironment } from './support/environment.ts'

const number = '+18445791189'
const spellings = spellingsOf(number)
const digits = number.slice(1)

interface Erased {
  erased: Trace[]
  remaining: Trace[]
  receipt: ReturnType<typeof receiptOf>
}

async function erasing(
  { redis, place }: { redis: Redis; place: Place },
  { withdraw = true, stopped = new AbortController().signal, places = [place] } = {},
): Promise<Erased> {
  const erased: Trace[] = []
  const unsearched: Unsearched[] = []
  const deps = { redis, clock: systemClock, stopped, unsearched }
  const remaining = await eraseNumber({ spellings, places, withdraw }, deps, erased)
  const { namespace, destination } = place
  const frame = { number, spellings, namespace, destinations: [destination], withdraw, unsearched }
  return { erased, remaining, receipt: receiptOf({ ...frame, erased, remaining, at: '' }) }
}

function intentOf(id: string): string {
  return JSON.stringify({ id, callId: 'c', callbackNumber: number })
}

function booked(id: string, more: Record<string, string> = {}): Record<string, string> {
  return { v: '1', state: 'booked', intent: intentOf(id), attempts: '1', recordId: 'r1', ...more }
}

describe('what comes while a number is erased', () => {
  it('is not withdrawn where nobody has confirmed that promises may be', async () => {
    const { redis, place } = freshEnvironment()
    await redis.hset(callbackKey(place, 'done'), booked('done'))
    onStep('erase', 'after', () => void submitRaw(redis, place, intentOf('new')))
    const { erased, receipt } = await erasing({ redis, place }, { withdraw: false })
    expect(erased).toMatchObject([{ kind: 'callback', id: 'done' }])
    expect(receipt).toMatchObject({
      ...{ outcome: 'incomplete', withdrawn: 0 },
      remaining: [
        { kind: 'inbox-entry', id: 'new', why: 'it waits by now: withdraw it with --yes' },
      ],
    })
    expect(await redis.xlen(inboxKey(place))).toBe(1)
  })

  it('is withdrawn as well where somebody has', async () => {
    const { redis, place } = freshEnvironment()
    await redis.hset(callbackKey(place, 'done'), booked('done'))
    onStep('erase', 'after', () => void submitRaw(redis, place, intentOf('new')))
    const { receipt } = await erasing({ redis, place })
    expect(receipt).toMatchObject({ outcome: 'erased', withdrawn: 1, remaining: [] })
    expect(await redis.xlen(inboxKey(place))).toBe(0)
  })

  it('leaves no job to be told of where its callback may not be withdrawn', async () => {
    const { redis, place } = freshEnvironment()
    await redis.hset(callbackKey(place, 'one'), booked('one', { state: 'scheduled' }))
    await redis.hset(jobKey(place, 'cb-1-one'), 'name', 'callback')
    const { erased, remaining } = await erasing({ redis, place }, { withdraw: false })
    expect(erased).toEqual([])
    expect(remaining).toMatchObject([{ kind: 'callback', id: 'one' }])
  })

  it('is not told as withdrawn where somebody else took it away', async () => {
    const { redis, place } = freshEnvironment()
    const entryId = await submitRaw(redis, place, intentOf('one'))
    onStep('erase-entry', 'before', () => void redis.xdel(inboxKey(place), entryId))
    const { erased, receipt } = await erasing({ redis, place })
    expect(erased).toEqual([])
    expect(receipt).toMatchObject({ outcome: 'incomplete', withdrawn: 0, counts: [] })
  })

  it('is told as left where it never ends', async () => {
    const { redis, place } = freshEnvironment()
    await submitRaw(redis, place, intentOf('first'))
    onStep('erase-entry', 'after', () => void submitRaw(redis, place, intentOf('next')))
    const { receipt } = await erasing({ redis, place })
    expect(receipt).toMatchObject({
      ...{ outcome: 'incomplete', withdrawn: 5 },
      remaining: [{ id: 'next', why: 'it came, or changed, meanwhile: say it again' }],
    })
  })

  it('is told as what it has become', async () => {
    const { redis, place } = freshEnvironment()
    const key = callbackKey(place, 'one')
    await redis.hset(key, booked('one', { state: 'scheduled' }))
    onStep('erase', 'before', () => void redis.hset(key, 'state', 'booked'))
    const { receipt } = await erasing({ redis, place })
    expect(receipt).toMatchObject({ withdrawn: 0, callbacks: [{ id: 'one', state: 'booked' }] })
  })

  it('is left where the erasure is told to stop', async () => {
    const { redis, place } = freshEnvironment()
    for (const id of ['one', 'two']) await redis.hset(callbackKey(place, id), booked(id))
    const stopping = new AbortController()
    onStep('erase', 'after', () => stopping.abort())
    const { erased, remaining } = await erasing({ redis, place }, { stopped: stopping.signal })
    expect(erased).toHaveLength(1)
    expect(remaining).toHaveLength(1)
  })
})

describe('what holds the number', () => {
  const told = (redis: Redis, place: Place, fields: Record<string, string>) =>
    redis.xadd(resultsKey(place), '*', ...Object.entries({ state: 'booked', ...fields }).flat())

  it('is a callback with both an intent and what was sent', async () => {
    const { redis, place } = freshEnvironment()
    const key = callbackKey(place, 'one')
    await redis.hset(key, booked('one', { state: 'dead', raw: `{"id":"one"}` }))
    const { receipt } = await erasing({ redis, place })
    expect(receipt).toMatchObject({ outcome: 'erased', callbacks: [{ id: 'one', state: 'dead' }] })
    expect(await redis.exists(key)).toBe(0)
  })

  it.each([
    ['its id', { id: `tel-${digits}` }],
    ['the id that was submitted', { id: 'inbox-1-1', submittedId: `tel-${digits}` }],
    ['its call id', { id: 'gone', callId: number }],
    ['an attribute', { id: 'gone', attributes: JSON.stringify({ mobile: '(844) 579-1189' }) }],
    ['the name of an attribute', { id: 'gone', attributes: JSON.stringify({ [number]: 'x' }) }],
  ])('is a result of a forgotten callback, in %s', async (_, fields) => {
    const { redis, place } = freshEnvironment()
    await told(redis, place, fields)
    await told(redis, place, { id: 'other', callId: 'c', attributes: '{"mobile":"none"}' })
    const { receipt } = await erasing({ redis, place })
    expect(receipt.counts).toEqual([{ kind: 'result', state: 'booked', count: 1 }])
    expect(await redis.xlen(resultsKey(place))).toBe(1)
  })

  it('keeps the results of its callback while an attempt of it is under way', async () => {
    const { redis, place } = freshEnvironment()
    await redis.hset(callbackKey(place, 'one'), booked('one', { state: 'attempting' }))
    await told(redis, place, { id: 'one', state: 'dead' })
    const { erased } = await erasing({ redis, place })
    expect(erased).toEqual([])
    expect(await redis.xlen(resultsKey(place))).toBe(1)
  })

  it('is not a result of another destination’s callback with the same id', async () => {
    const { redis, place } = freshEnvironment()
    const elsewhere = { ...place, destination: 'elsewhere' }
    await redis.hset(callbackKey(place, 'one'), booked('one'))
    await told(redis, place, { id: 'one' })
    await told(redis, elsewhere, { id: 'one' })
    const { receipt } = await erasing({ redis, place }, { places: [place, elsewhere] })
    expect(receipt.outcome).toBe('erased')
    expect(await redis.xlen(resultsKey(place))).toBe(0)
    expect(await redis.xlen(resultsKey(elsewhere))).toBe(1)
  })
})

describe('whose a ContactRequest is', () => {
  const records = ['r1', 'r2', 'r3', 'r4']
  const ownersOf = (redis: Redis, place: Place) =>
    redis.mget(records.map((record) => recordKey(place, record)))

  it('is forgotten where the id says the number, of all its bookings and of no others', async () => {
    const { redis, place } = freshEnvironment()
    const id = `tel-${digits}`
    await redis.hset(callbackKey(place, id), booked(id, { otherRecordIds: 'r2 r3 ' }))
    for (const record of records) await redis.set(recordKey(place, record), id)
    await redis.set(recordKey(place, 'r4'), 'another')
    const { receipt } = await erasing({ redis, place })
    expect(receipt.callbacks).toMatchObject([{ recordIds: ['r1', 'r2', 'r3'] }])
    expect(await ownersOf(redis, place)).toEqual([null, null, null, 'another'])
  })

  it('stays known where it does not: no search may take it for another’s', async () => {
    const { redis, place } = freshEnvironment()
    await redis.hset(callbackKey(place, 'one'), booked('one', { otherRecordIds: 'r2 ' }))
    for (const record of ['r1', 'r2']) await redis.set(recordKey(place, record), 'one')
    await erasing({ redis, place })
    expect(await ownersOf(redis, place)).toEqual(['one', 'one', null, null])
  })
})
