import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'

import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import {
  createProducer,
  RingbackError,
  type IntentInput,
  type Producer,
} from '../../../src/producer/index.ts'
import { callbackKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'

const callback = { callId: 'one', callbackNumber: '+18445791189' }

function producerOf(namespace = freshNamespace()): Producer {
  const producer = createProducer({ redisUrl: redisUrl(), namespace })
  onTestFinished(() => producer.close())
  return producer
}

async function thrownBy(call: Promise<unknown>): Promise<RingbackError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof RingbackError) return error
  throw new Error('it threw no RingbackError')
}

describe('enqueue', () => {
  it('accepts an intent, without any worker, and says when it is due', async () => {
    const producer = producerOf()
    const answer = await producer.enqueue({ ...callback, delay: 'PT5M' })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    expect(answer.id).toMatch(/^auto-[\w-]{22}$/)
    expect(Date.parse(answer.dueAt) - Date.parse(answer.acceptedAt)).toBe(300_000)
    expect(await producer.status(answer.id)).toMatchObject({
      id: answer.id,
      destination: 'default',
      state: 'accepted',
      generation: 1,
      attempts: 0,
      acceptedAt: answer.acceptedAt,
      dueAt: answer.dueAt,
      history: [],
      possibleDuplicate: false,
      otherRecordIds: [],
      reason: undefined,
      intent: { id: answer.id, ...callback, delay: 300_000 },
    })
  })

  it('keeps the trace that its request belongs to', async () => {
    const namespace = freshNamespace()
    const producer = producerOf(namespace)
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await producer.enqueue({ ...callback, id: 'one', traceparent })
    const redis = new Redis(redisUrl())
    onTestFinished(() => redis.disconnect())
    const key = callbackKey({ namespace, destination: 'default' }, 'one')
    expect(await redis.hget(key, 'traceparent')).toBe(traceparent)
  })

  it('takes the same content for a duplicate, from any producer and in any form', async () => {
    const namespace = freshNamespace()
    const [one, other] = [producerOf(namespace), producerOf(namespace)]
    const expiresAt = systemClock.now() + 60_000
    const first = await one.enqueue({ ...callback, expiresAt: isoTimestamp(expiresAt) })
    const inVienna = isoTimestamp(expiresAt + 3_600_000).replace('Z', '+01:00')
    expect(await other.enqueue({ expiresAt: inVienna, ...callback, priority: 5 })).toEqual({
      kind: 'duplicate',
      id: first.id,
      state: 'accepted',
    })
  })

  it.each(['scheduled', 'attempting', 'retrying', 'booked'])(
    'says of a duplicate that the callback is %s',
    async (state) => {
      const namespace = freshNamespace()
      const producer = producerOf(namespace)
      const { id } = await producer.enqueue(callback)
      const redis = new Redis(redisUrl())
      onTestFinished(() => redis.disconnect())
      await redis.hset(callbackKey({ namespace, destination: 'default' }, id), 'state', state)
      expect(await producer.enqueue(callback)).toMatchObject({ kind: 'duplicate', state })
    },
  )

  it('takes a Date where a time is, and the same time as text for the same content', async () => {
    const producer = producerOf()
    const at = new Date('2099-12-31T17:00:00.000Z')
    const times = { requestedAt: at, scheduledRoutingDateTime: at, expiresAt: at }
    const { id } = await producer.enqueue({ ...callback, ...times })
    const stored = (await producer.status(id))?.intent
    expect(stored).toMatchObject({
      requestedAt: '2099-12-31T17:00:00.000Z',
      expiresAt: '2099-12-31T17:00:00.000Z',
      scheduledRoutingDateTime: '2099-12-31T17:00:00Z',
    })
    const text = at.toISOString()
    const asText = { requestedAt: text, scheduledRoutingDateTime: text, expiresAt: text }
    expect(await producer.enqueue({ ...callback, ...asText })).toMatchObject({
      kind: 'duplicate',
      id,
    })
    const notBefore = new Date(systemClock.now() + 60_000)
    const held = await producer.enqueue({ ...callback, callId: 'held', notBefore })
    expect(held).toMatchObject({ kind: 'accepted', dueAt: notBefore.toISOString() })
  })

  it('takes the Date of another realm, such as that of a test runner', async () => {
    const foreign = runInNewContext("new Date('2099-12-31T17:00:00.000Z')") as Date
    expect(foreign instanceof Date).toBe(false)
    const producer = producerOf()
    const { id } = await producer.enqueue({ ...callback, expiresAt: foreign })
    expect((await producer.status(id))?.expiresAt).toBe('2099-12-31T17:00:00.000Z')
  })

  it('accepts one of many that submit the same at the same time', async () => {
    const producer = producerOf()
    const answers = await Promise.all(Array.from({ length: 50 }, () => producer.enqueue(callback)))
    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1)
    expect(answers.filter(({ kind }) => kind === 'duplicate')).toHaveLength(49)
  })

  it('throws id-conflict for other content under the same id, and leaves the first alone', async () => {
    const producer = producerOf()
    await producer.enqueue({ ...callback, id: 'order-17' })
    const error = await thrownBy(producer.enqueue({ ...callback, id: 'order-17', callId: 'other' }))
    expect(error).toMatchObject({
      code: 'id-conflict',
      message:
        'id: a callback order-17 already exists (accepted) and its content differs; it was left untouched. ' +
        'Use another id.',
    })
    expect((await producer.status('order-17'))?.intent?.callId).toBe('one')
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'intent: must be a JSON object'],
    [
      'no valid Date',
      { ...callback, expiresAt: new Date('soon') },
      'expiresAt: is an invalid Date',
    ],
    [
      'a bad number',
      { ...callback, callbackNumber: '1' },
      'callbackNumber: has no + before its country code; write E.164',
    ],
    ['an unknown field', { ...callback, x: 1 }, 'x: is not a field of an intent'],
    ['a past end', { ...callback, expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt: is not after'],
    ['too long a hold', { ...callback, notBefore: '2199-01-01T00:00:00Z' }, 'notBefore: must be'],
    [
      'two holds',
      { ...callback, delay: 1, notBefore: '2020-01-01T00:00:00Z' },
      'delay: cannot be given together with notBefore',
    ],
    [
      'what nobody sees',
      { ...callback, attributes: { note: 'x\u0000' } },
      'attributes: note has an invisible character, U+0000; remove it',
    ],
  ])('throws invalid-intent for %s and writes nothing', async (_, input, message) => {
    const namespace = freshNamespace()
    const error = await thrownBy(producerOf(namespace).enqueue(input as IntentInput))
    expect(error.code).toBe('invalid-intent')
    expect(error.message).toContain(message)
    expect(error.problems.map(({ field }) => field)).toEqual([message.split(':')[0]])
    const redis = new Redis(redisUrl())
    onTestFinished(() => redis.disconnect())
    expect(await redis.exists(inboxKey({ namespace, destination: 'default' }))).toBe(0)
  })

  it('keeps destinations and namespaces apart', async () => {
    const namespace = freshNamespace()
    const here = producerOf(namespace)
    const there = createProducer({ redisUrl: redisUrl(), namespace, destination: 'vienna' })
    onTestFinished(() => there.close())
    expect((await here.enqueue(callback)).kind).toBe('accepted')
    expect((await there.enqueue(callback)).kind).toBe('accepted')
    expect(inboxKey({ namespace, destination: 'vienna' })).toBe(`{${namespace}:vienna}:inbox`)
  })

  it('knows nothing of an id that nobody submitted', async () => {
    expect(await producerOf().status('never')).toBeUndefined()
  })
})

it('throws an error that holds nothing of the intent, however deep it is looked into', async () => {
  const namespace = freshNamespace()
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  await redis.set(callbackKey({ namespace, destination: 'default' }, 'one'), 'not a hash')
  const error = await thrownBy(producerOf(namespace).enqueue({ ...callback, id: 'one' }))
  expect(error.code).toBe('unknown-record')
  const shown = inspect(error, { depth: Infinity, showHidden: true })
  expect(shown).toContain('WRONGTYPE')
  expect(shown).not.toContain('8445791189')
})

it('says that a record is of another version, and not that Redis is away', async () => {
  const namespace = freshNamespace()
  const producer = producerOf(namespace)
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  await redis.hset(callbackKey({ namespace, destination: 'default' }, 'new'), 'state', 'paused')
  await expect(producer.status('new')).rejects.toMatchObject({ code: 'unknown-record' })
})

/** Every field within its limit; but each character takes six bytes in JSON. */
