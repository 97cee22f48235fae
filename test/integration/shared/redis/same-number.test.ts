import { describe, expect, it } from 'vitest'

import type { SameNumberRange } from '../../../../src/shared/contract/same-number-ranges.ts'
import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  inboxKey,
  numberPlaceKey,
  statsKey,
} from '../../../../src/shared/redis/keys.ts'
import { redrive } from '../../../../src/shared/store/dead-letters/redrive.ts'
import { bridgeGroup } from '../../../../src/shared/store/inbox/inbox.ts'
import { confirm } from '../../../../src/shared/store/ledger/confirm.ts'
import { open } from '../../../../src/shared/store/ledger/open.ts'
import { placesOf } from '../../../../src/shared/store/ledger/places.ts'
import { readStats } from '../../../../src/shared/store/stats/stats.ts'
import { ledgerWith } from '../../../support/ledger.ts'
import { testNumberKey } from '../../../support/number-key.ts'

const callbackNumber = '+18445791189'
const otherNumber = '+18445791190'
const now = '2026-02-26T15:40:53.000Z'
const nobody = { delayMs: undefined, notBefore: undefined, expiresAt: undefined }

interface Taken {
  id: string
  number?: string
  /** Before now, by the id of its entry. */
  minutesAgo?: number
}

async function nowMsOf({ redis }: DestinationStore): Promise<number> {
  return Number((await redis.time())[0]) * 1_000
}

let entries = 0

/** An entry in the inbox, and its callback opened: not yet confirmed. */
async function opened(store: DestinationStore, { id, number = callbackNumber, minutesAgo }: Taken) {
  const { redis, ref } = store
  const ms = (await nowMsOf(store)) - (minutesAgo ?? 0) * 60_000
  // Redis 6.2 gives no half of an id.
  const entryAt = minutesAgo === undefined ? '*' : `${ms}-${(entries += 1)}`
  const entryId = (await redis.xadd(inboxKey(ref), entryAt, 'intent', '')) ?? ''
  const intent = { id, callId: id, callbackNumber: number }
  const opening = await open(store, {
    ...placesOf(testNumberKey, intent),
    ...nobody,
    id,
    entryId,
    intent: JSON.stringify(intent),
    traceparent: undefined,
  })
  const nthOfNumber = 'nth' in opening ? opening.nth : undefined
  return { id, entryId, group: bridgeGroup, now, nthOfNumber }
}

/** One callback that is accepted and put on the queue. */
async function take(store: DestinationStore, taken: Taken): Promise<SameNumberRange | undefined> {
  const call = await opened(store, taken)
  const { nth } = await confirm(store, call)
  // The same once more: another bridge held the entry as well.
  expect(await confirm(store, call)).toEqual({ scheduled: false, nth: undefined })
  return nth
}

describe('a callback for a number that has had others lately', () => {
  it('is counted as the second, the third to fifth, or a later one, and not as the first', async () => {
    const { store } = await ledgerWith({})
    const nths = []
    for (let n = 1; n <= 8; n += 1) nths.push(await take(store, { id: `flood-${n}` }))
    expect(nths).toEqual([undefined, '2', '3-5', '3-5', '3-5', '6+', '6+', '6+'])
    expect(await take(store, { id: 'other', number: otherNumber })).toBeUndefined()
    const { sameNumber } = await readStats(store)
    expect(sameNumber).toEqual({ '2': 1, '3-5': 3, '6+': 3 })
  })

  it('is so for two hours, and no longer than that', async () => {
    const { store } = await ledgerWith({})
    await take(store, { id: 'long-ago', minutesAgo: 121 })
    expect(await take(store, { id: 'lately', minutesAgo: 119 })).toBeUndefined()
    expect(await take(store, { id: 'now' })).toBe('2')
  })

  it('is counted by its turn where all of them are opened before any is confirmed', async () => {
    const { store } = await ledgerWith({})
    const calls = []
    for (let n = 1; n <= 3; n += 1) calls.push(await opened(store, { id: `at-once-${n}` }))
    const confirmed = await Promise.all(calls.map((call) => confirm(store, call)))
    expect(confirmed.map(({ nth }) => nth)).toEqual([undefined, '2', '3-5'])
  })

  it('is counted though its job has run already, and not again when it is redriven', async () => {
    const { store } = await ledgerWith({})
    const { redis, ref } = store
    await take(store, { id: 'first' })
    const { entryId, ...quick } = await opened(store, { id: 'quick' })
    const key = callbackKey(ref, 'quick')
    await redis.hset(key, { state: 'attempting', attempts: 1 })
    const intent = (await redis.hget(key, 'intent')) ?? ''
    const places = placesOf(testNumberKey, { callId: 'quick', callbackNumber })
    const again = { ...places, ...nobody, id: 'quick', entryId, intent, traceparent: undefined }
    expect(await open(store, again)).toEqual({ kind: 'done', nth: 2 })
    expect(await confirm(store, { ...quick, entryId })).toEqual({ scheduled: false, nth: '2' })
    await redis.hset(key, { state: 'dead', reason: 'refused' })
    expect(await redrive(store, { id: 'quick', now, retentionMs: 1 })).toBe('redriven')
    const redriven = (await redis.hget(key, 'entry')) ?? ''
    expect(await confirm(store, { ...quick, entryId: redriven })).toEqual({
      scheduled: true,
      nth: undefined,
    })
  })

  it('is not counted where nothing was promised', async () => {
    const { store } = await ledgerWith({})
    const nobodys = { id: 'nobody', entryId: '1-1', group: bridgeGroup, now }
    await confirm(store, { ...nobodys, nthOfNumber: 3 })
    expect(await store.redis.exists(statsKey(store.ref))).toBe(0)
  })

  it('is taken as the first where the index is not known, or is something else', async () => {
    const { store } = await ledgerWith({})
    const { redis, ref } = store
    const { numberBucket } = placesOf(testNumberKey, { callId: '', callbackNumber })
    await redis.set(numberPlaceKey(ref, numberBucket), 'of somebody else')
    expect(await take(store, { id: 'one' })).toBeUndefined()
    expect(await take(store, { id: 'two' })).toBeUndefined()
    expect(await redis.hget(callbackKey(ref, 'two'), 'state')).toBe('scheduled')
  })
})
