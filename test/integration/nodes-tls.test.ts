/** Several Redis servers that speak TLS alone, with each other too, and want a certificate of whoever comes. */
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, type ProducerOptions } from '../../src/producer/index.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { startCluster } from '../support/cluster.ts'
import { acceptedSince, startLoad } from '../support/load.ts'
import { freshNamespace } from '../support/redis.ts'
import { setup } from '../support/ringback.ts'
import { startWatchedPair } from '../support/sentinels.ts'
import { tlsCertificate, tlsEnvironment, tlsOptions, tlsSecurity } from '../support/tls-redis.ts'
import { clientTls } from '../support/tls/tls-fixture.ts'
import { runCommand } from './ops/support/cli.ts'

// What was on its way to the replica when its primary was killed is found by the walk for what was forgotten, once a minute.

it('library, worker and commands go on over TLS when the primary behind Sentinels is killed', async () => {
  const pair = await startWatchedPair({ isTls: true })
  await expectToGoOn({ redisUrl: pair.url, namespace: freshNamespace() }, async () => {
    await pair.primary.kill()
    await pair.failover()
  })
}, 180_000)

it('library, worker and commands go on over TLS when a primary of the cluster is killed', async () => {
  const cluster = await startCluster({ isTls: true })
  const namespace = freshNamespace()
  const primary =
    cluster.primaries[cluster.indexOf(inboxKey({ namespace, destination: 'default' }))]
  if (primary === undefined) throw new Error('nobody has the slot')
  await expectToGoOn({ redisUrl: cluster.url, namespace }, async () => {
    await primary.kill()
    await cluster.failover(primary)
  })
}, 180_000)

it('says of Sentinels over TLS what is missing, as of one server', async () => {
  const { url: redisUrl } = await startWatchedPair({ isTls: true })
  const said = async (options: ProducerOptions) => {
    const producer = produce({ redisUrl, namespace: freshNamespace(), ...options })
    return String(await producer.enqueue(sampleCallback('one')).catch((error: unknown) => error))
  }
  expect(await said(tlsCertificate)).toMatch(
    /authority that Node does not know.*RINGBACK_REDIS_CA_FILE/,
  )
  expect(await said({ redisCaFile: tlsOptions.redisCaFile })).toMatch(/certificate|closed/)
  const plain = redisUrl.replace('rediss+', 'redis+')
  expect(await said({ redisUrl: plain })).toContain('that needs rediss://')
}, 60_000)

it('a client of the program gives Sentinels and servers what it was given', async () => {
  const { sentinels } = await startWatchedPair({ isTls: true })
  const hosts = sentinels.map(({ host, port }) => ({ host, port }))
  const redis = new Redis({
    sentinels: hosts,
    name: 'ring',
    sentinelTLS: clientTls,
    enableTLSForSentinelMode: true,
    tls: clientTls,
    protocol: 2,
  })
  onTestFinished(() => redis.disconnect())
  const producer = produce({ redis, namespace: freshNamespace(), waitReplicas: 1 })
  expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
  expect(await producer.status('one')).toMatchObject({ state: 'accepted' })
}, 60_000)

interface Place {
  redisUrl: string
  namespace: string
}

async function expectToGoOn(place: Place, lose: () => Promise<void>): Promise<void> {
  const { sandbox, startWorker } = await setup()
  // Longer than the failover takes: what is under way then is not to be taken for lost.
  startWorker({ lockMs: 30_000 }, { ...place, redisSecurity: tlsSecurity })
  const producer = produce({ ...place, ...tlsOptions })
  const load = startLoad(producer)
  await sandbox.until(() => sandbox.bookings().length >= 50)

  await lose()
  await acceptedSince(load)
  await load.stop()

  const ids = [...load.accepted.keys()]
  await sandbox.until(() => ids.every((id) => sandbox.bookingsOf(id).length > 0))
  expect(ids.filter((id) => sandbox.bookingsOf(id).length !== 1)).toEqual([])
  const env = {
    RINGBACK_REDIS_URL: place.redisUrl,
    RINGBACK_NAMESPACE: place.namespace,
    ...tlsEnvironment,
  }
  const { status } = await runCommand({ env }, 'status', ids.at(-1) ?? '')
  expect(status).toBe(0)
  const doctor = await runCommand({ env }, 'doctor', '--json')
  expect(doctor.stdout).toMatch(/"check": ?"redis",\s*"verdict": ?"ok"/)
}

function produce(options: ProducerOptions) {
  const producer = createProducer(options)
  onTestFinished(() => producer.close())
  return producer
}
