import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

import { expect, it, onTestFinished } from 'vitest'

import { createProducer, type IntentInput, type Producer } from '../../../src/producer/index.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'

const closed = { code: 'producer-closed' }

function producerOf(): Producer {
  const producer = createProducer({ redisUrl: redisUrl(), namespace: freshNamespace() })
  onTestFinished(() => producer.close())
  return producer
}

/** It takes connections and says nothing. */
async function listen(): Promise<{ url: string; sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { url: `redis://127.0.0.1:${port}`, sockets }
}

it('refuses everything after it was closed, and opens no connection for it', async () => {
  const { url, sockets } = await listen()
  const producer = createProducer({ redisUrl: url })
  await producer.close()
  await expect(producer.enqueue(sampleCallback('one'))).rejects.toMatchObject(closed)
  await expect(producer.enqueue({} as IntentInput)).rejects.toMatchObject(closed)
  await expect(producer.enqueueMany(sampleCallbacks(3)).next()).rejects.toMatchObject(closed)
  await expect(producer.status('one')).rejects.toMatchObject(closed)
  expect(sockets).toEqual([])
})

it('is closed more than once, and before its first call, without complaint', async () => {
  const producer = producerOf()
  await expect(producer.close()).resolves.toBeUndefined()
  await expect(producer.close()).resolves.toBeUndefined()
})

it('waits for what is under way, which is accepted, and leaves no connection', async () => {
  const producer = producerOf()
  const answers = Promise.all(sampleCallbacks(20).map((each) => producer.enqueue(each)))
  await producer.close()
  expect((await answers).map(({ kind }) => kind)).toEqual(Array(20).fill('accepted'))
  await expect(producer.status('cb-1')).rejects.toMatchObject(closed)
})

it('closes a connection that is only being made', async () => {
  const { url, sockets } = await listen()
  const producer = createProducer({ redisUrl: url })
  const unanswered = producer.enqueue(sampleCallback('one'))
  const failed = expect(unanswered).rejects.toMatchObject({ code: 'redis-unavailable' })
  await producer.close()
  await failed
  for (const socket of sockets) if (!socket.destroyed) await once(socket.resume(), 'close')
  expect(sockets.length).toBeGreaterThan(0)
})

it('ends enqueueMany between two items, whose answers came before', async () => {
  const producer = producerOf()
  const answers = producer.enqueueMany(sampleCallbacks(200))
  expect(await answers.next()).toMatchObject({ value: { index: 0, kind: 'accepted' } })
  await producer.close()
  const rest = async () => {
    let count = 1
    for await (const answer of answers) {
      expect(answer).toMatchObject({ index: count, kind: 'accepted' })
      count += 1
    }
  }
  await expect(rest()).rejects.toMatchObject(closed)
})
