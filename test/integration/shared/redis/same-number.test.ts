import { describe, expect, it } from 'vitest'

import { bridgeGroup } from '../../../../src/shared/store/inbox/inbox.ts'
import { callbackKey, numbersKey, statsKey } from '../../../../src/shared/redis/keys.ts'
import { erase } from '../../../../src/shared/store/erasure/erase.ts'
import { confirm } from '../../../../src/shared/store/ledger/confirm.ts'
import type { SameNumberRange } from '../../../../src/shared/contract/same-number-ranges.ts'
import { redrive } from '../../../../src/shared/store/dead-letters/redrive.ts'
import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { readStats } from '../../../../src/shared/store/stats/stats.ts'
import { ledgerWith } from '../../../support/ledger.ts'

const callbackNumber = '+18445791189'
const hour = 492_500
const at = (hours: number) => new Date((hour + hours) * 3_600_000).toISOString()

/** One callback that is accepted and put on the queue. */
async function take(
  { store }: { store: DestinationStore },
  { id, number = callbackNumber, hours = 0 }: { id: string; number?: string; hours?: number },
): Promise<SameNumberRange | undefined> {
  const { redis, ref } = store
  const entryId = (await redis.xadd(`{${ref.namespace}:default}:inbox`, '*', 'intent', '')) ?? ''
  const intent = JSON.stringify({ id, callId: id, callbackNumber: number })
  const key = callbackKey(ref, id)
  await redis.hset(key, { state: 'accepted', generation: 1, entry: entryId, intent })
  const call = { id, entryId, group: bridgeGroup, now: at(hours), callbackNumber: number }
  const { nth } = await confirm(store, call)
  // The same once more: another bridge held the entry as well.
  expect(await confirm(store, call)).toEqual({ scheduled: false, nth: undefined })
  return nth
}

describe('a callback for a number that has had others lately', () => {
  it('is counted as the second, the third to fifth, or a later one, and not as the first', async () => {
    const ledger = await ledgerWith({})
    const nths = []
    for (let n = 1; n <= 7; n += 1) nths.push(await take(ledger, { id: `flood-${n}` }))
    expect(nths).toEqual([undefined, '2', '3-5', '3-5', '3-5', '6+', '6+'])
    expect(await take(ledger, { id: 'other', number: '+18445791190' })).toBeUndefined()
    const { sameNumber } = await readStats(ledger.store)
    expect(sameNumber).toEqual({ '2': 1, '3-5': 3, '6+': 2 })
  })

  it('is so in the hour after, and no longer than that', async () => {
    const ledger = await ledgerWith({})
    await take(ledger, { id: 'first' })
    expect(await take(ledger, { id: 'an-hour-later', hours: 1 })).toBe('2')
    expect(await take(ledger, { id: 'three-hours-later', hours: 3 })).toBeUndefined()
    await take(ledger, { id: 'four-hours-later', hours: 4 })
    expect(await take(ledger, { id: 'a-day-later', hours: 28 })).toBeUndefined()
  })

  it('is counted though its job has run already, and not again when it is redriven', async () => {
    const ledger = await ledgerWith({})
    const { store } = ledger
    const { redis, ref } = store
    await take(ledger, { id: 'first' })
    const key = callbackKey(ref, 'quick')
    await redis.hset(key, {
      state: 'attempting',
      generation: 1,
      attempts: 1,
      entry: '1-1',
      intent: '{}',
    })
    const quick = { id: 'quick', entryId: '1-1', group: bridgeGroup, now: at(0) }
    expect(await confirm(store, { ...quick, callbackNumber })).toEqual({
      scheduled: false,
      nth: '2',
    })
    await redis.hset(key, { state: 'dead', reason: 'refused' })
    expect(await redrive(store, { id: 'quick', now: at(0), retentionMs: 1 })).toBe('redriven')
    const entryId = (await redis.hget(key, 'entry')) ?? ''
    expect(await confirm(store, { ...quick, entryId, callbackNumber })).toEqual({
      scheduled: true,
      nth: undefined,
    })
  })

  it('is not counted where nothing was promised', async () => {
    const { store } = await ledgerWith({})
    const { redis, ref } = store
    const nobodys = { id: 'nobody', entryId: '1-1', group: bridgeGroup, now: at(0) }
    await confirm(store, { ...nobodys, callbackNumber })
    expect(await redis.exists(numbersKey(ref, 0), numbersKey(ref, 1), statsKey(ref))).toBe(0)
  })
})

describe('what is kept for it', () => {
  it('holds no number, nor anything that is the same for it in two hours', async () => {
    const ledger = await ledgerWith({})
    const { redis, ref } = ledger.store
    await take(ledger, { id: 'one' })
    await take(ledger, { id: 'two', hours: 1 })
    await redis.hset(numbersKey(ref, 0), 'secret', 'another')
    await take(ledger, { id: 'three', hours: 2 })
    const kept = await Promise.all([0, 1].map((each) => redis.hgetall(numbersKey(ref, each))))
    expect(JSON.stringify(kept)).not.toMatch(/8445791189/)
    expect(kept.map((fields) => Object.keys(fields).length)).toEqual([3, 3])
  })

  it('is gone after two hours of silence, and an hour’s is not kept beside the next but one', async () => {
    const ledger = await ledgerWith({})
    const { redis, ref } = ledger.store
    for (let n = 0; n < 20; n += 1)
      await take(ledger, { id: `${n}`, number: `+1844579${1000 + n}` })
    await take(ledger, { id: 'later', hours: 2 })
    expect(await redis.hlen(numbersKey(ref, 0))).toBe(3)
    expect(await redis.pttl(numbersKey(ref, 0))).toBeGreaterThan(7_000_000)
    expect(await redis.pttl(numbersKey(ref, 0))).toBeLessThanOrEqual(7_200_000)
  })

  it('forgets a number that is erased, in either hour, and no other', async () => {
    const ledger = await ledgerWith({})
    const { store } = ledger
    const { redis, ref } = store
    await take(ledger, { id: 'one' })
    await take(ledger, { id: 'two', hours: 1 })
    await take(ledger, { id: 'other', number: '+18445791190', hours: 1 })
    const content = Buffer.from((await redis.hget(callbackKey(ref, 'two'), 'intent')) ?? '')
    const wish = { id: 'two', group: bridgeGroup, content, now: at(1), mayPublish: true }
    expect(await erase(store, wish)).toMatchObject({ kind: 'erased' })
    expect(await redis.hlen(numbersKey(ref, 0))).toBe(2)
    expect(await redis.hlen(numbersKey(ref, 1))).toBe(3)
    expect(await take(ledger, { id: 'anew', hours: 1 })).toBeUndefined()
    expect(await take(ledger, { id: 'o2', number: '+18445791190', hours: 1 })).toBe('2')
  })

  it('holds up no callback where a key of another type lies in its place', async () => {
    const ledger = await ledgerWith({})
    const { redis, ref } = ledger.store
    for (const parity of [0, 1]) await redis.set(numbersKey(ref, parity), 'x')
    expect(await take(ledger, { id: 'one' })).toBeUndefined()
    expect(await redis.hget(callbackKey(ref, 'one'), 'state')).toBe('scheduled')
  })
})
