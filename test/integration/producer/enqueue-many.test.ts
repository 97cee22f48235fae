import { EventEmitter, once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import {
  createProducer,
  type IndexedAnswer,
  type IntentInput,
  type Producer,
} from '../../../src/producer/index.ts'
import { callbackKey } from '../../../src/shared/redis/keys.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'

const window = 50

function producerOf(): Producer {
  const producer = createProducer({ redisUrl: redisUrl(), namespace: freshNamespace() })
  onTestFinished(() => producer.close())
  return producer
}

async function all(answers: AsyncIterable<IndexedAnswer>): Promise<IndexedAnswer[]> {
  const list: IndexedAnswer[] = []
  for await (const answer of answers) list.push(answer)
  return list
}

it.each([0, 1, window - 1, window, window + 1, 500])(
  'answers each of %i in the order they were given',
  async (count) => {
    const answers = await all(producerOf().enqueueMany(sampleCallbacks(count)))
    const ids = answers.map((answer) => (answer.kind === 'refused' ? answer.code : answer.id))
    expect(ids).toEqual(sampleCallbacks(count).map(({ id }) => id))
  },
)

it('answers for each item alone: what is wrong with one does not touch the others', async () => {
  const producer = producerOf()
  const good = sampleCallback('good')
  const answers = await all(
    // What a program without types may hand in.
    producer.enqueueMany([
      ...[good, { callId: 'bad' }, good, { ...good, callId: 'other' }, 'rubbish'],
      ...[sampleCallback('last'), { id: 'named', callId: 'bad' }],
    ] as IntentInput[]),
  )
  expect(answers).toMatchObject([
    { index: 0, kind: 'accepted', id: 'good' },
    {
      index: 1,
      kind: 'refused',
      id: undefined,
      code: 'invalid-intent',
      message: 'callbackNumber: is required',
      problems: [{ field: 'callbackNumber' }],
    },
    { index: 2, kind: 'duplicate', id: 'good' },
    { index: 3, kind: 'refused', id: 'good', code: 'id-conflict', problems: [] },
    {
      index: 4,
      kind: 'refused',
      id: undefined,
      code: 'invalid-intent',
      message: 'intent: must be a JSON object',
    },
    { index: 5, kind: 'accepted', id: 'last' },
    { index: 6, kind: 'refused', id: 'named', code: 'invalid-intent' },
  ])
})

it('refuses by name what a newer version has written, and goes on with the others', async () => {
  const namespace = freshNamespace()
  const producer = createProducer({ redisUrl: redisUrl(), namespace })
  onTestFinished(() => producer.close())
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  await redis.hset(callbackKey({ namespace, destination: 'default' }, 'new'), 'state', 'paused')
  const answers = await all(
    producer.enqueueMany(['one', 'new', 'two'].map((id) => sampleCallback(id))),
  )
  expect(answers).toMatchObject([
    { index: 0, kind: 'accepted', id: 'one' },
    { index: 1, kind: 'refused', id: 'new', code: 'unknown-record' },
    { index: 2, kind: 'accepted', id: 'two' },
  ])
})

it('has fifty under way at once, however long each takes', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as AddressInfo
  const producer = createProducer({ redisUrl: `redis://127.0.0.1:${port}` })
  onTestFinished(() => producer.close())
  let read = 0
  function* source() {
    for (const callback of sampleCallbacks(1_000)) {
      read += 1
      yield callback
    }
  }
  const first = producer.enqueueMany(source()).next()
  await expect(first).rejects.toMatchObject({ code: 'redis-unavailable' })
  expect(read).toBe(window)
})

it('can be run twice with no second acceptance', async () => {
  const producer = producerOf()
  const callbacks = sampleCallbacks(120)
  await all(producer.enqueueMany(callbacks))
  const again = await all(producer.enqueueMany(callbacks))
  expect(again.map(({ kind }) => kind)).toEqual(callbacks.map(() => 'duplicate'))
})

it('answers for what it was given while it waits for more', async () => {
  const answered = new EventEmitter()
  async function* source() {
    const first = once(answered, 'first')
    yield sampleCallback('first')
    await first
    yield sampleCallback('second')
  }
  const ids: string[] = []
  for await (const answer of producerOf().enqueueMany(source())) {
    ids.push(answer.kind === 'refused' ? answer.code : answer.id)
    answered.emit('first')
  }
  expect(ids).toEqual(['first', 'second'])
})

it('reads no further ahead than it has answers to give', async () => {
  let read = 0
  async function* source() {
    for (const callback of sampleCallbacks(1_000)) {
      read += 1
      yield await Promise.resolve(callback)
    }
  }
  const answers = producerOf().enqueueMany(source())
  expect(read).toBe(0)
  for (let given = 1; given <= 100; given += 1) {
    await answers.next()
    expect(read - given).toBeLessThan(window)
  }
  await answers.return(undefined)
  expect(read).toBeLessThan(100 + window)
})

it('ends its source when the reader has had enough', async () => {
  let ended = false
  async function* source() {
    try {
      for (const callback of sampleCallbacks(1_000)) yield await Promise.resolve(callback)
    } finally {
      ended = true
    }
  }
  for await (const answer of producerOf().enqueueMany(source())) {
    expect(answer.kind).toBe('accepted')
    break
  }
  expect(ended).toBe(true)
})

it('throws what its source throws', async () => {
  async function* source() {
    yield await Promise.resolve(sampleCallback('one'))
    throw new Error('the file broke off')
  }
  await expect(all(producerOf().enqueueMany(source()))).rejects.toThrow('the file broke off')
})
