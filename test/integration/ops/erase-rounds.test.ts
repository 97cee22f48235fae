/** An erasure looks again until nothing is found: producers and workers go on meanwhile. */
import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'

import { eraseNumber } from '../../../src/ops/erase/erase-number.ts'
import { receiptOf } from '../../../src/ops/erase/receipt.ts'
import type { Trace } from '../../../src/ops/erase/trace.ts'
import { spellingsOf } from '../../../src/shared/contract/number-spellings.ts'
import { submitRaw } from '../../../src/shared/inbox/submit.ts'
import { callbackKey, inboxKey, recordKey, type Place } from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { removeJob } from '../../../src/worker/queue.ts'
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
  { withdraw = true, stopped = new AbortController().signal } = {},
): Promise<Erased> {
  const erased: Trace[] = []
  const context = { clock: systemClock, stopped, removeJob }
  const remaining = await eraseNumber(
    { spellings, places: [place], withdraw },
    { redis, context },
    erased,
  )
  const { namespace, destination } = place
  const frame = { number, spellings, namespace, destinations: [destination], withdraw }
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
