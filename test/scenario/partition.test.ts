/**
 * The network of a cluster is cut: a primary on one side, all other servers and the worker on the other. Producers reach both, as one does that
 * sits beside the primary. Redis acknowledges before it replicates: what that costs is counted here.
 */
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, type ProducerOptions } from '../../src/producer/index.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { endedBy, expectBooked, foundAgain, unmarkedDoubles } from '../support/after-partition.ts'
import { startCluster } from '../support/cluster.ts'
import { acceptedSince, startLoad, type Load } from '../support/load.ts'
import { createNetwork } from '../support/network.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { inTheirRoles, untilIs, untilReplicated } from '../support/roles.ts'
import { connectingFromSettings, startWorkerProcess } from '../support/worker-process.ts'

it('loses, of what was acknowledged in a partition, what the primary alone had, and books the rest', async () => {
  const { bundle, load, replicated, ended } = await throughPartition({})
  const { lost, kept } = await foundAgain(bundle, [...load.accepted.keys()])

  expect(lost.filter((id) => replicated.includes(id))).toEqual([])
  // Or nothing was cut: Redis says yes before anybody else has it.
  expect(lost).not.toEqual([])
  expect(lost.filter((id) => bundle.sandbox.bookingsOf(id).length > 0)).toEqual([])
  await expectBooked(bundle, { kept, ended })
}, 120_000)

it('loses nothing in a partition with RINGBACK_WAIT_REPLICAS=1 of what was acknowledged, and calls nobody twice without saying so', async () => {
  const { bundle, load, ended } = await throughPartition({ waitReplicas: 1 })
  const { lost, kept } = await foundAgain(bundle, [...load.accepted.keys()])

  expect(lost).toEqual([])
  expect(load.failures.some((message) => message.includes('replicas'))).toBe(true)
  await expectBooked(bundle, { kept, ended })
  expect(await unmarkedDoubles(bundle, kept)).toEqual([])
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
    ...connectingFromSettings(network.newAddress()),
    RINGBACK_LOCK_DURATION: '5s',
    RINGBACK_WAIT_REPLICAS: String(options.waitReplicas ?? 0),
  })
  const { namespace } = bundle.store.ref
  const producer = createProducer({ redisUrl: cluster.url, namespace, ...options })
  onTestFinished(() => producer.close())
  const load = startLoad(producer)
  await bundle.sandbox.until(() => bundle.sandbox.bookings().length >= 100)

  const inbox = inboxKey(bundle.store.ref)
  const at = cluster.indexOf(inbox)
  const [one, other] = [cluster.primaries[at], cluster.replicas[at]]
  if (one === undefined || other === undefined) throw new Error('nobody has the slot')
  const [primary, successor] = await inTheirRoles(one, other)
  const replicated = [...load.accepted.keys()]
  const ended = await endedBy(bundle)
  await untilReplicated(primary, `${inbox}-of-a-test`)
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
