/** A cancel or a reschedule is an entry of the inbox, as an intent is. */
import { describe, expect, it } from 'vitest'

import { callbackKey, inboxKey, wishKey } from '../../../../src/shared/redis/keys.ts'
import { redriveDeadLetter } from '../../../../src/shared/store/dead-letters/dead-letters.ts'
import { ensureInboxGroup, readNew } from '../../../../src/shared/store/inbox/inbox.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'
import { bridgeAlone } from '../../../support/bridge-alone.ts'
import { sampleCallback, sendRaw } from '../../../support/callbacks.ts'
import { inboxCounts, xadd } from '../../../support/inbox.ts'
import { resultsOfAll } from '../../../support/results.ts'
import { setup, type Bundle } from '../../../support/ringback.ts'

const hour = 3_600_000
const later = '2026-12-31T09:00:00.000Z'
const number = '+18445791189'

async function say({ store }: Bundle, kind: string, wish: object | string): Promise<string> {
  const json = typeof wish === 'string' ? wish : JSON.stringify(wish)
  return (await store.redis.xadd(inboxKey(store.ref), '*', kind, json)) ?? ''
}

function hashOf({ store }: Bundle, id: string): Promise<Record<string, string>> {
  return store.redis.hgetall(callbackKey(store.ref, id))
}

describe('a cancel', () => {
  it('right behind its intent withdraws it, and what is sent behind that is sent', async () => {
    const bundle = await setup()
    const { sandbox, startWorker, recorder } = bundle
    for (let nth = 1; nth <= 20; nth += 1) {
      await sendRaw(bundle, sampleCallback(`gone-${nth}`))
      await say(bundle, 'cancel', { id: `gone-${nth}`, by: 'crm', reason: `said ${number}` })
    }
    await sendRaw(bundle, sampleCallback('stays'))
    // None of them may go before the last of them has been taken in.
    const stopBridge = bridgeAlone(bundle, { retentionMs: 60_000 })
    await recorder.next('callback.scheduled', ({ id }) => id === 'stays')
    await stopBridge()
    startWorker()
    await resultsOfAll(bundle, ['stays'])

    expect(sandbox.bookings()).toHaveLength(1)
    expect(recorder.of('callback.cancelled')).toHaveLength(20)
    expect(recorder.of('entry.fulfilled')).toHaveLength(20)
    expect(await hashOf(bundle, 'gone-7')).toMatchObject({
      state: 'cancelled',
      cancelledBy: 'crm',
      cancelReason: 'said +18•••89',
    })
  })

  it('by number means what was sent before it, however much that is, and nothing that was sent after it', async () => {
    const bundle = await setup()
    const { recorder } = bundle
    const send = (id: string, callbackNumber: string) =>
      sendRaw(bundle, { ...sampleCallback(id), callbackNumber })
    // More than a bridge reads at once: it is still busy with them when it comes to what follows.
    for (let nth = 1; nth <= 399; nth += 1) await send(`other-${nth}`, '+18445791188')
    await send('before', number)
    await say(bundle, 'cancel', { callbackNumber: number })
    await send('after', number)
    bridgeAlone(bundle, { retentionMs: 60_000 })
    await recorder.next('callback.scheduled', ({ id }) => id === 'after')

    expect(recorder.of('callback.cancelled').map(({ id }) => id)).toEqual(['before'])
    expect(await hashOf(bundle, 'after')).toMatchObject({ state: 'scheduled' })
  })

  it('finds its callback whichever of several bridges is given the one and the other', async () => {
    const bundle = await setup()
    const { recorder } = bundle
    const count = 300
    for (const consumer of ['one', 'two', 'three']) {
      bridgeAlone(bundle, { consumer, retentionMs: 60_000 })
    }
    for (let nth = 1; nth <= count; nth += 1) {
      const id = `cb-${nth}`
      await Promise.all([sendRaw(bundle, sampleCallback(id)), say(bundle, 'cancel', { id })])
    }
    const isLast = () => recorder.of('entry.fulfilled').length === count
    await recorder.next('entry.fulfilled', isLast)
    expect(recorder.of('callback.cancelled')).toHaveLength(count)
    expect(recorder.of('entry.buried')).toEqual([])
    expect(await inboxCounts(bundle.store)).toEqual({ waiting: 0, pending: 0 })
  })

  it.each([
    ['its call', { callId: 'one' }, ['one']],
    ['its number', { callbackNumber: number }, ['one', 'two']],
  ])('by %s withdraws all of it that was sent before', async (_, wish, gone) => {
    const bundle = await setup()
    const { store, recorder } = bundle
    for (const id of ['one', 'two']) await xadd(store, { ...sampleCallback(id), delay: hour })
    await say(bundle, 'cancel', wish)
    await xadd(store, { ...sampleCallback('three'), delay: hour })
    bridgeAlone(bundle)
    await recorder.next('callback.scheduled', ({ id }) => id === 'three')
    expect(
      recorder
        .of('callback.cancelled')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(gone)
    expect(recorder.of('entry.fulfilled')).toMatchObject([{ callbacks: gone.length }])
    expect(await hashOf(bundle, 'three')).toMatchObject({ state: 'scheduled' })
  })

  it('by a number that has no callbacks does nothing', async () => {
    const bundle = await setup()
    bridgeAlone(bundle)
    await say(bundle, 'cancel', { callbackNumber: number })
    const fulfilled = await bundle.recorder.next('entry.fulfilled')
    expect(fulfilled).toMatchObject({ wish: 'cancel', callbacks: 0 })
    expect(await inboxCounts(bundle.store)).toEqual({ waiting: 0, pending: 0 })
  })

  it('waits for a callback that another bridge has been given and not taken in yet', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    await xadd(store, { ...sampleCallback('one'), delay: hour })
    await ensureInboxGroup(store)
    await readNew(store, { consumer: 'slow', count: 1, blockMs: 1 })
    await say(bundle, 'cancel', { id: 'one' })
    const stop = bridgeAlone(bundle)
    await xadd(store, { ...sampleCallback('another'), delay: hour })
    await recorder.next('callback.scheduled', ({ id }) => id === 'another')
    expect(recorder.of('entry.fulfilled')).toEqual([])
    await stop()

    bridgeAlone(bundle, { abandonedMs: 0, consumer: 'another' })
    await recorder.next('callback.cancelled', ({ id }) => id === 'one')
    expect(recorder.of('bridge.failed')).toEqual([])
  })

  it('of an unknown callback becomes a dead letter under its id, until that is sent', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    bridgeAlone(bundle)
    await say(bundle, 'cancel', { id: 'one' })
    await recorder.next('entry.buried')
    expect(await hashOf(bundle, 'one')).toMatchObject({
      state: 'dead',
      reason: 'invalid',
      code: 'unknown-callback',
      message: 'id: no callback one is known; there is nothing to cancel',
      raw: '{"id":"one"}',
      rawField: 'cancel',
    })
    await xadd(store, { ...sampleCallback('one'), delay: hour })
    await recorder.next('callback.scheduled')
    expect(await hashOf(bundle, 'one')).toMatchObject({ state: 'scheduled', generation: '2' })
  })
})

describe('a reschedule', () => {
  it('moves a callback to another time', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    bridgeAlone(bundle)
    await xadd(store, { ...sampleCallback('one'), delay: hour })
    await say(bundle, 'reschedule', { id: 'one', notBefore: later, by: 'crm' })
    expect(await recorder.next('callback.moved')).toMatchObject({ id: 'one', dueAt: later })
    const moved = { state: 'scheduled', dueAt: later, rescheduledBy: 'crm' }
    expect(await hashOf(bundle, 'one')).toMatchObject(moved)
  })

  it('to now has it sent at once', async () => {
    const bundle = await setup()
    bundle.startWorker()
    await xadd(bundle.store, { ...sampleCallback('one'), delay: hour })
    await say(bundle, 'reschedule', { callbackNumber: number, now: true })
    await resultsOfAll(bundle, ['one'])
    expect(bundle.sandbox.bookings()).toHaveLength(1)
  })

  it('to a time at which the callback will have expired becomes a dead letter that names it', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    bridgeAlone(bundle)
    await xadd(store, { ...sampleCallback('one'), expiresAt: '2026-12-31T08:00:00Z', delay: hour })
    const entry = await say(bundle, 'reschedule', { id: 'one', notBefore: later })
    const id = `inbox-${entry}`
    expect(await recorder.next('entry.buried')).toMatchObject({ id, code: 'invalid-reschedule' })
    expect(await hashOf(bundle, id)).toMatchObject({ submittedId: 'one' })
    expect(await hashOf(bundle, 'one')).toMatchObject({ state: 'scheduled' })
  })
})

describe('what cannot be understood', () => {
  it.each([
    ['cancel', '{"id":"one","reson":"x"}', 'invalid-cancel', 'reson: is not a field of a cancel'],
    ['reschedule', '{"id":"one"}', 'invalid-reschedule', 'delay: give exactly one of'],
    ['cancel', 'call me back', 'invalid-cancel', 'cancel: is not JSON'],
  ])('of a %s (%s) becomes a dead letter that says why', async (kind, json, code, message) => {
    const bundle = await setup()
    bridgeAlone(bundle)
    const entry = await say(bundle, kind, json)
    const { id, ...buried } = await bundle.recorder.next('entry.buried')
    expect(id).toBe(json.startsWith('{') ? 'one' : `inbox-${entry}`)
    expect(buried).toMatchObject({
      reason: 'invalid',
      code,
      message: expect.stringContaining(message) as string,
    })
    expect(await hashOf(bundle, id)).toMatchObject({ raw: json, rawField: kind })
  })

  it('because an entry has two wishes becomes a dead letter that keeps both', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    bridgeAlone(bundle)
    const fields = ['cancel', '{"id":"one"}', 'reschedule', '{"id":"one","now":true}']
    const entryId = (await store.redis.xadd(inboxKey(store.ref), '*', ...fields)) ?? ''
    const { id, code } = await recorder.next('entry.buried')
    expect(code).toBe('repeated-wish-field')
    const answer = await store.redis.get(wishKey(store.ref, entryId))
    expect(JSON.parse(answer ?? '')).toMatchObject({ code: 'repeated-wish-field' })
    expect((await hashOf(bundle, id))['raw']).toBe(JSON.stringify(fields))
  })

  it('counts for nothing beside an intent', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    bridgeAlone(bundle)
    const intent = JSON.stringify({ ...sampleCallback('one'), delay: hour })
    const fields = ['cancel', '{"id":"one"}', 'intent', intent]
    await store.redis.xadd(inboxKey(store.ref), '*', ...fields)
    await recorder.next('callback.scheduled')
    expect(await hashOf(bundle, 'one')).toMatchObject({ state: 'scheduled' })
  })
})

describe('redriven', () => {
  it('a cancel that was a dead letter is a cancel again', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    bridgeAlone(bundle)
    const decision = { id: 'one', nowMs: systemClock.now(), retentionMs: 60_000 }
    await say(bundle, 'cancel', { id: 'one' })
    await recorder.next('entry.buried')
    expect(await redriveDeadLetter(store, decision)).toBe('redriven')
    await recorder.next('entry.buried', () => recorder.of('entry.buried').length === 2)
    const letter = { state: 'dead', code: 'unknown-callback', generation: '2' }
    expect(await hashOf(bundle, 'one')).toMatchObject(letter)
  })

  it('a callback is not cancelled by what was said before', async () => {
    const bundle = await setup()
    const { store, recorder, sandbox, startWorker } = bundle
    sandbox.setFaults([{ do: 'refuse', times: 1 }])
    const worker = startWorker()
    await sendRaw(bundle, sampleCallback('one'))
    await resultsOfAll(bundle, ['one'])
    await worker.stop()
    await say(bundle, 'cancel', { id: 'one' })
    const decision = { id: 'one', nowMs: systemClock.now(), retentionMs: 60_000 }
    expect(await redriveDeadLetter(store, decision)).toBe('redriven')
    startWorker()
    await recorder.next('attempt.settled', ({ state }) => state === 'booked')
    await expect.poll(() => inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
    expect(await hashOf(bundle, 'one')).toMatchObject({ state: 'booked' })
  })
})
