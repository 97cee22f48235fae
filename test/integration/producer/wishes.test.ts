import { describe, expect, it } from 'vitest'

import { createProducer } from '../../../src/producer/index.ts'
import { bridgeAlone } from '../../support/bridge-alone.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { testNumberKey } from '../../support/number-key.ts'
import { setup } from '../../support/ringback.ts'

const hour = 3_600_000
const number = '+18445791189'
/** vitest types its matchers as any. */
const anyTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

describe('cancel', () => {
  it('says of each callback what became of it, in their order', async () => {
    const bundle = await setup()
    const { producer } = bundle
    bridgeAlone(bundle, { retentionMs: 60_000 })
    await producer.enqueue({ ...sampleCallback('one'), delay: hour })
    await producer.enqueue({ ...sampleCallback('two'), delay: hour })
    expect(await producer.cancel(['two', 'nobody', 'one', 'two'])).toEqual([
      { id: 'two', outcome: 'cancelled', at: anyTime },
      { id: 'nobody', outcome: 'unknown' },
      { id: 'one', outcome: 'cancelled', at: anyTime },
    ])
    const who = { by: 'crm', reason: 'reached by mail' }
    await producer.enqueue({ ...sampleCallback('three'), delay: hour })
    expect(await producer.cancel('three', who)).toMatchObject([{ outcome: 'cancelled' }])
    expect(await producer.status('three')).toMatchObject({
      state: 'cancelled',
      cancelledBy: 'crm',
      cancelReason: 'reached by mail',
    })
  })

  it('by a number finds all that this producer has submitted before', async () => {
    const bundle = await setup()
    const { producer } = bundle
    bridgeAlone(bundle, { retentionMs: 60_000 })
    for (const id of ['one', 'two']) await producer.enqueue({ ...sampleCallback(id), delay: hour })
    const answers = await producer.cancel({ callbackNumber: number })
    expect(answers.map(({ id }) => id).toSorted()).toEqual(['one', 'two'])
    expect(await producer.cancel({ callId: 'nobody' })).toEqual([])
  })

  it('stands when nobody waits for the answer any more', async () => {
    const bundle = await setup()
    const { producer, recorder } = bundle
    await producer.enqueue({ ...sampleCallback('one'), delay: hour })
    const given = new AbortController()
    const answers = producer.cancel('one', { signal: given.signal })
    given.abort(new Error('no time'))
    await expect(answers).rejects.toThrow('no time')

    const impatient = AbortSignal.timeout(50)
    await expect(producer.cancel('one', { signal: impatient })).rejects.toThrow()
    bridgeAlone(bundle, { retentionMs: 60_000 })
    await recorder.next('callback.cancelled', ({ id }) => id === 'one')
  })

  it.each([
    ['an id that is none', 'a:b', 'id: must be'],
    ['a number without its +', { callbackNumber: '18445791189' }, 'callbackNumber: '],
    ['nothing', {} as { callId: string }, 'id: give exactly one'],
  ])('is refused for %s, before anything is said', async (_, which, message) => {
    const { producer, store } = await setup()
    const refused = { code: 'invalid-wish', message: expect.stringContaining(message) as string }
    await expect(producer.cancel(which)).rejects.toMatchObject(refused)
    expect(await store.redis.keys(`*${store.ref.namespace}*inbox`)).toEqual([])
  })

  it('by a number where the workers keep no index is refused', async () => {
    const bundle = await setup()
    bridgeAlone(bundle, { numberKeyOf: () => Promise.resolve(undefined) })
    const refused = { code: 'number-key-unknown' }
    await expect(bundle.producer.cancel({ callbackNumber: number })).rejects.toMatchObject(refused)
  })
})

describe('reschedule', () => {
  it('says of each callback when it is due', async () => {
    const bundle = await setup()
    const { producer } = bundle
    bridgeAlone(bundle)
    const expiresAt = '2026-12-30T00:00:00Z'
    await producer.enqueue({ ...sampleCallback('one'), delay: hour })
    await producer.enqueue({ ...sampleCallback('two'), delay: hour, expiresAt })
    const notBefore = new Date('2026-12-31T09:00:00Z')
    expect(await producer.reschedule(['one', 'two', 'nobody'], { notBefore })).toEqual([
      { id: 'one', outcome: 'moved', dueAt: '2026-12-31T09:00:00.000Z' },
      { id: 'two', outcome: 'expires-first', expiresAt: '2026-12-30T00:00:00.000Z' },
      { id: 'nobody', outcome: 'unknown' },
    ])
  })

  it('to now has it sent, and its end can be waited for', async () => {
    const { producer, startWorker } = await setup()
    startWorker()
    await producer.enqueue({ ...sampleCallback('one'), delay: hour })
    expect(await producer.reschedule('one', { now: true })).toMatchObject([{ outcome: 'moved' }])
    expect(await producer.waitForEnd('one')).toMatchObject({ id: 'one', state: 'booked' })
    expect(await producer.reschedule('one', { delay: '1h' })).toMatchObject([{ outcome: 'booked' }])
  })

  it('is refused for a time that cannot be understood', async () => {
    const { producer } = await setup()
    const refused = { code: 'invalid-wish' }
    await expect(producer.reschedule('one', { delay: 'P1M' })).rejects.toMatchObject(refused)
    const invalid = { notBefore: new Date(Number.NaN) }
    await expect(producer.reschedule('one', invalid)).rejects.toMatchObject(refused)
  })
})

describe('waitForEnd', () => {
  it('waits for what nobody knows yet, until nobody wants to', async () => {
    const { producer } = await setup()
    const signal = AbortSignal.timeout(50)
    await expect(producer.waitForEnd('nobody', { signal })).rejects.toThrow(/timeout/)
  })

  it('is over when the producer is closed', async () => {
    const { redisUrl, store } = await setup()
    const producer = createProducer({ redisUrl, namespace: store.ref.namespace })
    const end = producer.waitForEnd('nobody')
    await producer.close()
    await expect(end).rejects.toMatchObject({ code: 'producer-closed' })
  })
})

describe('find', () => {
  it('gives the newest callbacks of a call, or of a number', async () => {
    const bundle = await setup()
    const { producer, recorder } = bundle
    bridgeAlone(bundle)
    for (const id of ['one', 'two', 'three']) {
      await producer.enqueue({ ...sampleCallback(id), delay: hour })
      await recorder.next('callback.scheduled', (event) => event.id === id)
    }
    const none = { code: 'number-key-unknown' }
    await expect(producer.find({ callId: 'one' })).rejects.toMatchObject(none)
    await bundle.store.redis.set(
      `{${bundle.store.ref.namespace}:default}:number-key`,
      `made:${testNumberKey.secret}`,
    )
    expect(await producer.find({ callId: 'one' })).toMatchObject([
      { id: 'one', state: 'scheduled' },
    ])
    const found = await producer.find({ callbackNumber: number }, { limit: 2 })
    expect(found).toHaveLength(2)
    expect(found[0]).toMatchObject({ callbackNumber: number, callId: expect.any(String) as string })
  })
})
