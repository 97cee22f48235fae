/**
 * The network of a cluster is cut: a primary on one side, all other servers and the worker on the other. Producers reach both, as one does that
 * sits beside the primary. Redis acknowledges before it replicates: what that costs is counted here.
 */
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, type ProducerOptions } from '../../src/producer/index.ts'
import { callbackKey, inboxKey } from '../../src/shared/redis/keys.ts'
import { readResults } from '../../src/shared/store/results/results.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { startCluster, type TestCluster } from '../support/cluster.ts'
import { startLoad, type Load } from '../support/load.ts'
import { createNetwork } from '../support/network.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

type Server = TestCluster['primaries'][number]

it('loses, of what was acknowledged in a partition, what the primary alone had, and books the rest', async () => {
  const { bundle, load, replicated, ended } = await throughPartition({})
  const { lost, kept } = await foundAgain(bundle, load)

  expect(lost.filter((id) => replicated.includes(id))).toEqual([])
  // Or nothing was cut: Redis says yes before anybody else has it.
  expect(lost).not.toEqual([])
  expect(lost.filter((id) => bundle.sandbox.bookingsOf(id).length > 0)).toEqual([])
  await expectBooked(bundle, { kept, ended })
}, 120_000)

it('loses nothing in a partition with RINGBACK_WAIT_REPLICAS=1 of what was acknowledged, and calls nobody twice without saying so', async () => {
  const { bundle, load, ended } = await throughPartition({ waitReplicas: 1 })
  const { lost, kept } = await foundAgain(bundle, load)

  expect(lost).toEqual([])
  expect(load.failures.some((message) => message.includes('replicas'))).toBe(true)
  await expectBooked(bundle, { kept, ended })
  const results = await resultsOfAll(bundle, kept)
  const marked = results.filter(({ possibleDuplicate }) => possibleDuplicate).map(({ id }) => id)
  const twice = kept.filter((id) => bundle.sandbox.bookingsOf(id).length > 1)
  expect(twice.filter((id) => !marked.includes(id))).toEqual([])
}, 120_000)

interface Partition {
  bundle: Bundle
  load: Load
  /** What was accepted before, and was with the replica when the network was cut. */
  replicated: readonly string[]
  /** What of it had ended by then. */
  ended: readonly string[]
}

async function throughPartition(options: ProducerOptions): Promise<Partition> {
  const network = createNetwork()
  const cluster = await startCluster({ network })
  const bundle = await setup({ redisUrl: cluster.url })
  await startWorkerProcess(bundle, {
    NODE_OPTIONS: `--import=${new URL('../support/bind-source.mjs', import.meta.url).href}`,
    RINGBACK_TEST_SOURCE: network.newAddress(),
    RINGBACK_LOCK_DURATION: '5s',
    RINGBACK_WAIT_REPLICAS: String(options.waitReplicas ?? 0),
  })
  const { namespace } = bundle.store.ref
  const producer = createProducer({ redisUrl: cluster.url, namespace, ...options })
  onTestFinished(() => producer.close())
  const load = startLoad(producer)
  await bundle.sandbox.until(() => bundle.sandbox.bookings().length >= 100)

  const inbox = inboxKey(bundle.store.ref)
  const [primary, successor] = await inTheirRoles(cluster, inbox)
  const replicated = [...load.accepted.keys()]
  const results = await readResults(bundle.store, { afterEntryId: '0-0', count: 100_000 })
  const ended = results.map(({ id }) => id)
  // What is waited for is what this connection has written, and with it all that was written before.
  await primary.admin.set(`${inbox}-of-a-test`, '1')
  while ((await primary.admin.wait(1, 1_000)) < 1) await systemClock.sleep(1)
  network.cutOff(primary.address)
  await untilIs(successor, 'master')
  // One that waits for a replica has to wait for the next one.
  if (options.waitReplicas === undefined) await acceptedSince(load)
  network.heal()
  await untilIs(primary, 'slave')
  await acceptedSince(load)
  await load.stop()
  return { bundle, load, replicated, ended }
}

/** On a machine that is busy they may have changed already. */
async function inTheirRoles(
  { primaries, replicas, ...cluster }: TestCluster,
  key: string,
): Promise<[Server, Server]> {
  const [one, other] = [primaries, replicas].map((each) => each[cluster.indexOf(key)])
  if (one === undefined || other === undefined) throw new Error('nobody has the slot')
  return (await roleOf(one)) === 'master' ? [one, other] : [other, one]
}

async function roleOf({ admin }: Server): Promise<string | undefined> {
  return /^role:(\w+)/m.exec(await admin.info('replication'))?.[1]
}

async function untilIs(server: Server, role: 'master' | 'slave'): Promise<void> {
  while ((await roleOf(server)) !== role) await systemClock.sleep(20)
}

/** What is still there of what was accepted. */
async function foundAgain({ store }: Bundle, { accepted }: Load) {
  const ids = [...accepted.keys()]
  const found = await Promise.all(ids.map((id) => store.redis.exists(callbackKey(store.ref, id))))
  return {
    lost: ids.filter((_, at) => found[at] === 0),
    kept: ids.filter((_, at) => found[at] === 1),
  }
}

/** What was being sent at that moment may be sent again: the primary was told of the attempt, and its successor was not. */
async function expectBooked(
  bundle: Bundle,
  { kept, ended }: { kept: readonly string[]; ended: readonly string[] },
): Promise<void> {
  await resultsOfAll(bundle, kept)
  const times = (id: string) => bundle.sandbox.bookingsOf(id).length
  expect(kept.filter((id) => times(id) === 0)).toEqual([])
  expect(ended.filter((id) => times(id) !== 1)).toEqual([])
}

/** Some were accepted after this was called. */
async function acceptedSince({ accepted }: Load): Promise<void> {
  const enough = accepted.size + 50
  while (accepted.size < enough) await systemClock.sleep(10)
}
