/** What is not Redis' fault is not told as if it were. */
import { describe, expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../../src/producer/index.ts'
import { createProducerConnection } from '../../../src/producer/producer-connection.ts'
import { connectFailingFast } from '../../../src/shared/redis/connection.ts'
import { callbackKey, deadLettersKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { redisUrl } from '../../support/redis.ts'
import { runCommand } from './support/cli.ts'
import { freshEnvironment } from './support/environment.ts'

describe('a key of another type under a callback’s id', () => {
  it('is reported as that, by a command and by the library', async () => {
    const { env, store } = freshEnvironment()
    const { redis, ref } = store
    await redis.set(callbackKey(ref, 'x'), 'of another hand')
    const { status, stderr } = await runCommand({ env }, 'status', 'x', '--json')
    expect(status).toBe(1)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'unknown-record' } })
    expect(stderr).toContain('WRONGTYPE')
    expect(stderr).not.toMatch(/did not answer|refused/)

    const producer = createProducer({ redisUrl: redisUrl(), namespace: ref.namespace })
    onTestFinished(() => producer.close())
    await expect(producer.status('x')).rejects.toMatchObject({ code: 'unknown-record' })
    await expect(producer.enqueue(sampleCallback('x'))).rejects.toMatchObject({
      code: 'unknown-record',
    })
  })

  it('is reported as that, wherever a command meets it', async () => {
    const { env, store } = freshEnvironment()
    const { redis, ref } = store
    for (const key of [deadLettersKey(ref), inboxKey(ref)]) await redis.set(key, 'a text')
    for (const words of [['dead-letters', 'list'], ['stats']]) {
      const { status, stderr } = await runCommand({ env }, ...words)
      expect(status).toBe(1)
      expect(stderr).toContain('code: unknown-record')
    }
  })
})

it('a bug of ours comes through as it was', async () => {
  const connection = createProducerConnection(redisUrl(), () => connectFailingFast(redisUrl()))
  onTestFinished(() => connection.close())
  const bug = new TypeError('x is undefined')
  await expect(connection.use(() => Promise.reject(bug))).rejects.toBe(bug)
  const script = 'return nil + 1'
  const failing = connection.use((redis) => redis.eval(script, 0))
  await expect(failing).rejects.toMatchObject({ name: 'ReplyError' })
  await expect(failing).rejects.toThrow('attempt to perform arithmetic on a nil value')
})
