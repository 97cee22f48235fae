/** A real redis-server that speaks TLS alone, and wants a certificate of whoever comes. */
import { expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../src/producer/index.ts'
import { loadStoreConfig } from '../../src/shared/config/load.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { freshNamespace } from '../support/redis.ts'
import { setup } from '../support/ringback.ts'
import {
  startTlsRedis,
  tlsCertificate,
  tlsEnvironment,
  tlsOptions,
  tlsSecurity,
} from '../support/tls-redis.ts'
import { tlsFiles } from '../support/tls/tls-fixture.ts'
import { runCommand } from './ops/support/cli.ts'

function producerOf(redisUrl: string, namespace: string, own: Partial<typeof tlsOptions>) {
  const producer = createProducer({ redisUrl, namespace, ...own })
  onTestFinished(() => producer.close())
  return producer
}

it('library, worker and commands reach a Redis over TLS, and show it their certificate', async () => {
  const redisUrl = await startTlsRedis()
  const bundle = await setup()
  const namespace = freshNamespace()
  bundle.startWorker({}, { redisUrl, redisSecurity: tlsSecurity, namespace })
  const producer = producerOf(redisUrl, namespace, tlsOptions)

  await producer.enqueue(sampleCallback('one'))
  for await (const result of producer.results({ group: 'crm', consumer: 'c' })) {
    expect(result).toMatchObject({ id: 'one', state: 'booked' })
    await result.acknowledge()
    break
  }
  const env = { RINGBACK_REDIS_URL: redisUrl, RINGBACK_NAMESPACE: namespace, ...tlsEnvironment }
  const { status, stdout } = await runCommand({ env }, 'status', 'one', '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ state: 'booked' })
  const doctor = await runCommand({ env }, 'doctor', '--json')
  expect(doctor.stdout).toMatch(/"check": ?"redis",\s*"verdict": ?"ok"/)
})

it('says what is missing where the authority is unknown, or no certificate is shown', async () => {
  const url = await startTlsRedis()
  const namespace = freshNamespace()
  const one = sampleCallback('one')
  await expect(producerOf(url, namespace, tlsCertificate).enqueue(one)).rejects.toThrow(
    'RINGBACK_REDIS_CA_FILE',
  )
  const bare = producerOf(url, namespace, { redisCaFile: tlsFiles.cert })
  await expect(bare.enqueue(one)).rejects.toMatchObject({ code: 'redis-unavailable' })
  await expect(bare.enqueue(one)).rejects.toThrow(/certificate|closed/)
})

it.each([
  ['a key without a certificate', { RINGBACK_REDIS_CERT_FILE: '' }, /CERT_FILE: is missing/],
  ['a certificate without a key', { RINGBACK_REDIS_KEY_FILE: '' }, /KEY_FILE: is missing/],
  ['a key that is a certificate', { RINGBACK_REDIS_KEY_FILE: tlsFiles.cert }, /no private key/],
  ['an authority that is a key', { RINGBACK_REDIS_CA_FILE: tlsFiles.key }, /no certificate/],
  ['a file that is not there', { RINGBACK_REDIS_CA_FILE: '/nowhere' }, /does not exist/],
  ['a URL without TLS', { RINGBACK_REDIS_URL: 'redis://127.0.0.1:1' }, /not one for TLS/],
])('refuses %s when it starts', (_, wrong, why) => {
  const env = { RINGBACK_REDIS_URL: 'rediss://127.0.0.1:1', ...tlsEnvironment, ...wrong }
  expect(() => loadStoreConfig(env)).toThrow(why)
})
