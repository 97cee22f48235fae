/** An erasure looks again until nothing is found: producers and workers go on meanwhile. */
import { describe, expect, it } from 'vitest'

import { eraseNumber } from '../../../src/ops/operations/erase/erase-number.ts'
import { receiptOf } from '../../../src/ops/operations/erase/receipt.ts'
import type { Trace, Unsearched } from '../../../src/ops/operations/erase/trace.ts'
import { spellingsOf } from '../../../src/shared/phone/number-spellings.ts'
import { submitRaw } from '../../../src/shared/store/inbox/submit.ts'
import { openStore, type DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  inboxKey,
  jobKey,
  ownerKey,
  resultsKey,
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
  { store }: { store: DestinationStore },
  { withdraw = true, stopped = new AbortController().signal, refs = [store.ref] } = {},
): Promise<Erased> {
  const erased: Trace[] = []
  const unsearched: Unsearched[] = []
  const deps = { redis: store.redis, clock: systemClock, stopped, unsearched }
  const remaining = await eraseNumber({ spellings, refs, withdraw }, deps, erased)
  const { namespace, destination } = store.ref
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
    const { store } = freshEnvironment()
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'done'), booked('done'))
    onStep('erase', 'after', () => void submitRaw(store, intentOf('new')))
    const { erased, receipt } = await erasing({ store }, { withdraw: false })
    expect(erased).toMatchObject([{ kind: 'callback', id: 'done' }])
    expect(receipt).toMatchObject({
      outcome: 'incomplete',
      withdrawn: 0,
      remaining: [
        { kind: 'inbox-entry', id: 'new', why: 'it is waiting now: withdraw it with --yes' },
      ],
    })
    expect(await redis.xlen(inboxKey(ref))).toBe(1)
  })

  it('is withdrawn as well where somebody has', async () => {
    const { store } = freshEnvironment()
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'done'), booked('done'))
    onStep('erase', 'after', () => void submitRaw(store, intentOf('new')))
    const { receipt } = await erasing({ store })
    expect(receipt).toMatchObject({ outcome: 'erased', withdrawn: 1, remaining: [] })
    expect(await redis.xlen(inboxKey(ref))).toBe(0)
  })

  it('reports no job where its callback may not be withdrawn', async () => {
    const { store } = freshEnvironment()
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'one'), booked('one', { state: 'scheduled' }))
    await redis.hset(jobKey(ref, 'cb-1-one'), 'name', 'callback')
    const { erased, remaining } = await erasing({ store }, { withdraw: false })
    expect(erased).toEqual([])
    expect(remaining).toMatchObject([{ kind: 'callback', id: 'one' }])
  })

  it('is not reported as withdrawn where somebody else took it away', async () => {
    const { store } = freshEnvironment()
    const entryId = await submitRaw(store, intentOf('one'))
    onStep('erase-entry', 'before', () => void store.redis.xdel(inboxKey(store.ref), entryId))
    const { erased, receipt } = await erasing({ store })
    expect(erased).toEqual([])
    expect(receipt).toMatchObject({ outcome: 'incomplete', withdrawn: 0, counts: [] })
  })

  it('is reported as left where it never ends', async () => {
    const { store } = freshEnvironment()
    await submitRaw(store, intentOf('first'))
    onStep('erase-entry', 'after', () => void submitRaw(store, intentOf('next')))
    const { receipt } = await erasing({ store })
    expect(receipt).toMatchObject({
      outcome: 'incomplete',
      withdrawn: 5,
      remaining: [{ id: 'next', why: 'it arrived or changed meanwhile: run this again' }],
    })
  })

  it('is reported as what it has become', async () => {
    const { store } = freshEnvironment()
    const { redis, ref } = store
    const key = callbackKey(ref, 'one')
    await redis.hset(key, booked('one', { state: 'scheduled' }))
    onStep('erase', 'before', () => void redis.hset(key, 'state', 'booked'))
    const { receipt } = await erasing({ store })
    expect(receipt).toMatchObject({ withdrawn: 0, callbacks: [{ id: 'one', state: 'booked' }] })
  })

  it('is left where the erasure is stopped', async () => {
    const { store } = freshEnvironment()
    for (const id of ['one', 'two']) await store.redis.hset(callbackKey(store.ref, id), booked(id))
    const stopping = new AbortController()
    onStep('erase', 'after', () => stopping.abort())
    const { erased, remaining } = await erasing({ store }, { stopped: stopping.signal })
    expect(erased).toHaveLength(1)
    expect(remaining).toHaveLength(1)
  })
})

describe('what holds the number', () => {
  const told = ({ redis, ref }: DestinationStore, fields: Record<string, string>) =>
    redis.xadd(resultsKey(ref), '*', ...Object.entries({ state: 'booked', ...fields }).flat())

  it('is a callback with both an intent and what was sent', async () => {
    const { store } = freshEnvironment()
    const { redis, ref } = store
    const key = callbackKey(ref, 'one')
    await redis.hset(key, booked('one', { state: 'dead', raw: `{"id":"one"}` }))
    const { receipt } = await erasing({ store })
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
    const { store } = freshEnvironment()
    await told(store, fields)
    await told(store, { id: 'other', callId: 'c', attributes: '{"mobile":"none"}' })
    const { receipt } = await erasing({ store })
    expect(receipt.counts).toEqual([{ kind: 'result', state: 'booked', count: 1 }])
    expect(await store.redis.xlen(resultsKey(store.ref))).toBe(1)
  })

  it('keeps the results of its callback while an attempt of it is under way', async () => {
    const { store } = freshEnvironment()
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'one'), booked('one', { state: 'attempting' }))
    await told(store, { id: 'one', state: 'dead' })
    const { erased } = await erasing({ store })
    expect(erased).toEqual([])
    expect(await redis.xlen(resultsKey(ref))).toBe(1)
  })

  it('is not a result of another destination’s callback with the same id', async () => {
    const { store } = freshEnvironment()
    const { redis, ref } = store
    const elsewhere = { ...ref, destination: 'elsewhere' }
    const elsewhereStore = openStore(redis, elsewhere)
    await redis.hset(callbackKey(ref, 'one'), booked('one'))
    await told(store, { id: 'one' })
    await told(elsewhereStore, { id: 'one' })
    const { receipt } = await erasing({ store }, { refs: [ref, elsewhere] })
    expect(receipt.outcome).toBe('erased')
    expect(await redis.xlen(resultsKey(ref))).toBe(0)
    expect(await redis.xlen(resultsKey(elsewhere))).toBe(1)
  })
})

describe('whose a ContactRequest is', () => {
  const records = ['r1', 'r2', 'r3', 'r4']
  const ownersOf = ({ redis, ref }: DestinationStore) =>
    redis.mget(records.map((record) => ownerKey(ref, record)))

  it('is forgotten where the id says the number, of all its bookings and of no others', async () => {
    const { store } = freshEnvironment()
    const { redis, ref } = store
    const id = `tel-${digits}`
    await redis.hset(callbackKey(ref, id), booked(id, { otherRecordIds: 'r2 r3 ' }))
    for (const record of records) await redis.set(ownerKey(ref, record), id)
    await redis.set(ownerKey(ref, 'r4'), 'another')
    const { receipt } = await erasing({ store })
    expect(receipt.callbacks).toMatchObject([{ recordIds: ['r1', 'r2', 'r3'] }])
    expect(await ownersOf(store)).toEqual([null, null, null, 'another'])
  })

  it('stays known where it does not: no search may take it for another’s', async () => {
    const { store } = freshEnvironment()
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'one'), booked('one', { otherRecordIds: 'r2 ' }))
    for (const record of ['r1', 'r2']) await redis.set(ownerKey(ref, record), 'one')
    await erasing({ store })
    expect(await ownersOf(store)).toEqual(['one', 'one', null, null])
  })
})
