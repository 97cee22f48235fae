/** What is about several destinations, or about every server, goes over all primaries of a cluster. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../src/producer/index.ts'
import { statsOfAll } from '../../src/ops/operations/stats/destination-stats.ts'
import { deadLetterPage } from '../../src/ops/operations/dead-letters/list-dead-letters.ts'
import { checkRedis } from '../../src/ops/operations/doctor/check-redis.ts'
import { makeUser } from '../../src/ops/operations/acl/make-user.ts'
import { loadStoreConfig } from '../../src/shared/config/load.ts'
import { connectFailingFast, connectPatiently } from '../../src/shared/redis/connection.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey, type DestinationRef } from '../../src/shared/redis/keys.ts'
import { firstKeys, readDestinationsFrom } from '../../src/shared/store/destinations/registry.ts'
import { submitRaw } from '../../src/shared/store/inbox/submit.ts'
import { deleteNamespace } from '../../src/shared/store/keys/delete-namespace.ts'
import { readKeyPage, walkEnd } from '../../src/shared/store/walk/key-page.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { startCluster, type TestCluster } from '../support/cluster.ts'
import { at } from '../support/further-destinations.ts'
import { freshNamespace, redisUrl } from '../support/redis.ts'
import { reconcilerOfTomorrow, wholeRound } from '../support/reconciler.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'

let cluster: TestCluster
const ends: (() => Promise<void>)[] = []
beforeAll(async () => {
  cluster = await startCluster({ withReplicas: false, onEnd: (end) => ends.push(end) })
})
afterAll(async () => {
  await Promise.all(ends.map((end) => end()))
})

/** A destination on each primary, in a namespace of this test's own. */
function spreadOut(): DestinationRef[] {
  const namespace = freshNamespace()
  return cluster.primaries.map((_, index) => {
    for (let count = 1; ; count += 1) {
      const ref = { namespace, destination: `d${count}` }
      if (cluster.indexOf(inboxKey(ref)) === index) return ref
    }
  })
}

function connect() {
  const redis = connectPatiently(cluster.url, () => undefined)
  onTestFinished(() => redis.disconnect())
  return redis
}

function configOf(refs: readonly DestinationRef[]) {
  const config = loadStoreConfig({
    RINGBACK_REDIS_URL: cluster.url,
    RINGBACK_NAMESPACE: refs[0]?.namespace ?? '',
  })
  return { ...config, destinations: namesOf(refs) }
}

const namesOf = (refs: readonly DestinationRef[]) => refs.map(({ destination }) => destination)

describe('on a cluster', () => {
  it('one worker serves destinations on every primary, and one producer of each may find out what became of its callbacks', async () => {
    const refs = spreadOut()
    const bundle = await setup({ redisUrl: cluster.url, namespace: refs[0]?.namespace ?? '' })
    const worker = bundle.startWorker({}, { serving: namesOf(refs) })
    for (const { namespace, destination } of refs) {
      const producer = createProducer({ redisUrl: cluster.url, namespace, destination })
      onTestFinished(() => producer.close())
      const id = `by-${destination}`
      await producer.enqueue(sampleCallback(id))
      await resultsOfAll(at(bundle, destination), [id])
      expect(await producer.status(id)).toMatchObject({ state: 'booked' })
      for await (const result of producer.results({ group: 'g', consumer: 'c' })) {
        expect(result.id).toBe(id)
        await result.acknowledge()
        break
      }
    }
    const { redis, destinations } = await worker.health()
    expect(redis).toBe(true)
    expect([...destinations.values()].map(({ bridge }) => bridge)).toEqual([
      'working',
      'working',
      'working',
    ])
    expect(await worker.redisSafety()).toMatchObject({ isSafe: true })
  })

  it('a worker loads the functions into every primary', async () => {
    const { startWorker } = await setup({ redisUrl: cluster.url })
    startWorker()
    for (const { admin } of cluster.primaries) {
      await expect.poll(() => admin.function('LIST')).toHaveLength(1)
    }
  })

  it('a walk of all keys comes to those of every primary, page by page', async () => {
    const refs = spreadOut()
    const redis = connect()
    const keys = refs.flatMap((ref) => ['1', '2', '3'].map((id) => callbackKey(ref, id)))
    for (const key of keys) await redis.hset(key, 'state', 'scheduled')
    const found = new Set<string>()
    let cursor = walkEnd
    do {
      const page = await readKeyPage(redis, refs[0]?.namespace ?? '', { cursor, pageSize: 1 })
      for (const key of page.keys) found.add(key)
      cursor = page.next
    } while (cursor !== walkEnd)
    expect([...found].toSorted()).toEqual(keys.toSorted())
  })

  it('what the queue has forgotten is found again, on whichever primary', async () => {
    const refs = spreadOut()
    const bundle = await setup({ redisUrl: cluster.url, namespace: refs[0]?.namespace ?? '' })
    const bridging = bundle.startWorker({}, { serving: namesOf(refs) })
    const redis = connect()
    const delayed = { ...sampleCallback('waits'), delay: 3_600_000 }
    for (const ref of refs) await submitRaw(openStore(redis, ref), JSON.stringify(delayed))
    for (const ref of refs) {
      await expect.poll(() => redis.hget(callbackKey(ref, 'waits'), 'state')).toBe('scheduled')
    }
    await bridging.stop()
    for (const ref of refs)
      await redis.unlink(`{${ref.namespace}:${ref.destination}}:callbacks:cb-waits`)
    const walker = reconcilerOfTomorrow({ ...bundle, store: { redis, ref: bundle.store.ref } })
    expect(await wholeRound(walker)).toMatchObject({ scanned: 3 })
  })

  it('a command about all destinations finds those on every primary', async () => {
    const refs = spreadOut()
    const redis = connect()
    for (const ref of refs) {
      await submitRaw(openStore(redis, ref), JSON.stringify(sampleCallback('waits')))
    }
    const stats = await statsOfAll(configOf(refs), systemClock)
    expect(stats.map(({ destination }) => destination)).toEqual(
      expect.arrayContaining(namesOf(refs)),
    )
    expect(
      await deadLetterPage(configOf(refs), {
        destination: refs[2]?.destination,
        offset: 0,
        limit: 10,
      }),
    ).toMatchObject({ total: 0, otherDestinations: [] })
    await deleteNamespace(cluster.url, refs[0]?.namespace ?? '')
    const { registered, met } = await readDestinationsFrom(redis, refs[0]?.namespace ?? '', {
      cursor: firstKeys,
      count: 1_000,
    })
    expect([...registered, ...met]).toEqual([])
  })

  it('the doctor asks every primary, and says what is worst', async () => {
    const odd = cluster.primaries[2]?.admin
    await odd?.config('SET', 'maxmemory-policy', 'allkeys-lru')
    onTestFinished(async () => {
      await odd?.config('SET', 'maxmemory-policy', 'noeviction')
    })
    const env = { RINGBACK_REDIS_URL: cluster.url, RINGBACK_NAMESPACE: freshNamespace() }
    const findings = await checkRedis(env, systemClock, ['default'])
    const failed = findings.filter(({ verdict }) => verdict === 'fail')
    expect(failed.map(({ check }) => check)).toEqual(['maxmemory-policy'])
    expect(findings.filter(({ check }) => check === 'redis role')).toHaveLength(1)
    expect(findings.find(({ check }) => check === 'scripts')).toMatchObject({ verdict: 'ok' })
  })

  it('a user is made on every primary, and may ask which of them has what', async () => {
    const refs = spreadOut()
    const [ref] = refs
    if (ref === undefined) throw new Error('no destination')
    await makeUser(configOf(refs), {
      role: 'library',
      name: 'app',
      destination: ref.destination,
      password: 'secret',
      inbox: false,
      prefix: undefined,
      wishes: false,
      functions: false,
      seal: false,
      find: false,
      results: false,
      apply: true,
    })
    const asApp = cluster.url.replace('//', '//app:secret@')
    const producer = createProducer({ redisUrl: asApp, ...ref })
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
    await producer.close()
    for (const { admin } of cluster.primaries) {
      expect(await admin.acl('USERS')).toContain('app')
      await admin.acl('DELUSER', 'app')
    }
  })

  it('says within seconds that there is no cluster, or that this is none', async () => {
    await expect(connectFailingFast('redis+cluster://127.0.0.1:1')).rejects.toMatchObject({
      code: 'redis-unavailable',
      message: containing('connect ECONNREFUSED 127.0.0.1:1'),
    })
    const noCluster = new URL(redisUrl()).host
    await expect(
      connectFailingFast(redisUrl().replace('redis://', 'redis+cluster://')),
    ).rejects.toMatchObject({
      code: 'redis-unavailable',
      message: containing(`Redis at ${noCluster} refused: ERR This instance has cluster support`),
    })
  })
})

function containing(text: string): unknown {
  return expect.stringContaining(text)
}
