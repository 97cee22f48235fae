/** Sentinels that have a password of their own: real ones, and whoever gives it, or does not. */
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, type ProducerOptions } from '../../src/producer/index.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { freshNamespace } from '../support/redis.ts'
import { setup } from '../support/ringback.ts'
import { startWatchedPair } from '../support/sentinels.ts'
import { runCommand } from './ops/support/cli.ts'

const sentinelPassword = 'of-the-sentinels'

function produce(options: ProducerOptions) {
  const producer = createProducer(options)
  onTestFinished(() => producer.close())
  return producer
}

it('library, worker and commands are led by Sentinels that ask for a password, and say so without it', async () => {
  const { url: redisUrl, sentinels } = await startWatchedPair({ sentinelPassword })
  const bundle = await setup()
  const namespace = freshNamespace()
  const redisSecurity = { sentinel: { password: sentinelPassword } }
  bundle.startWorker({}, { redisUrl, redisSecurity, namespace })

  const producer = produce({ redisUrl, namespace, sentinelPassword })
  expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
  await bundle.sandbox.until(() => bundle.sandbox.bookingsOf('one').length === 1)

  const env = { RINGBACK_REDIS_URL: redisUrl, RINGBACK_NAMESPACE: namespace }
  const login = { RINGBACK_SENTINEL_PASSWORD: sentinelPassword }
  expect(await runCommand({ env: { ...env, ...login } }, 'status', 'one')).toMatchObject({
    status: 0,
  })
  const without = await runCommand({ env }, 'status', 'one')
  expect(without.status).not.toBe(0)
  expect(without.stderr).toMatch(/NOAUTH|Authentication required/)
  await expect(produce({ redisUrl, namespace }).enqueue(sampleCallback('two'))).rejects.toThrow(
    /Authentication required/,
  )
  const wrong = produce({ redisUrl, namespace, sentinelPassword: 'another' })
  const refusal: unknown = await wrong
    .enqueue(sampleCallback('two'))
    .catch((error: unknown) => error)
  expect(String(refusal)).toMatch(/WRONGPASS|invalid username-password/)
  expect(String(refusal)).not.toContain('another')

  for (const { admin } of sentinels) {
    await admin.call('ACL', 'SETUSER', 'ringback', 'on', '>of-a-user', '+sentinel|master', '+info')
  }
  const asUser = { sentinelUsername: 'ringback', sentinelPassword: 'of-a-user' }
  const user = produce({ redisUrl, namespace, ...asUser })
  expect(await user.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'duplicate' })
}, 60_000)

it('a client of the program gives the Sentinels what it was given', async () => {
  const { sentinels } = await startWatchedPair({ sentinelPassword })
  const hosts = sentinels.map(({ host, port }) => ({ host, port }))
  const redis = new Redis({ sentinels: hosts, name: 'ring', sentinelPassword, protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const producer = produce({ redis, namespace: freshNamespace(), waitReplicas: 1 })
  await producer.enqueue(sampleCallback('one'))
  expect(await producer.status('one')).toMatchObject({ state: 'accepted' })
}, 60_000)

it('a password for Sentinels is refused where there are none', () => {
  const redisUrl = 'redis://127.0.0.1:6379'
  expect(() => createProducer({ redisUrl, sentinelPassword })).toThrow(/names no Sentinels/)
  const url = 'redis+sentinel://127.0.0.1:1/ring'
  expect(() => createProducer({ redisUrl: url, sentinelUsername: 'ringback' })).toThrow(
    /is missing/,
  )
})
