/**
 * Behind Sentinels the network is cut: the primary is on one side, with a Sentinel, a worker and a producer; the replica is on the other, with
 * two Sentinels, a worker and a producer. Redis acknowledges before it replicates: what that costs is counted here.
 */
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, type ProducerOptions } from '../../src/producer/index.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { endedBy, expectBooked, foundAgain, unmarkedDoubles } from '../support/after-partition.ts'
import { connectingFrom } from '../support/connecting-from.ts'
import { acceptedSince, startLoad, type Load } from '../support/load.ts'
import { createNetwork } from '../support/network.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { inTheirRoles, untilIs, untilReplicated } from '../support/roles.ts'
import { startWatchedPair } from '../support/sentinels.ts'
import { connectingFromSettings, startWorkerProcess } from '../support/worker-process.ts'

it('loses, of what was acknowledged in a partition behind Sentinels, what the old primary alone had, and books the rest', async () => {
  const { bundle, accepted, replicated, ended, takenOver } = await throughPartition({})
  const { lost, kept } = await foundAgain(bundle, accepted)

  expect(lost.filter((id) => replicated.includes(id))).toEqual([])
  expect(lost.filter((id) => takenOver.includes(id))).toEqual([])
  // Or nothing was cut: Redis says yes before anybody else has it.
  expect(lost).not.toEqual([])
  await expectBooked(bundle, { kept, ended })
}, 180_000)

it('loses nothing in a partition behind Sentinels with RINGBACK_WAIT_REPLICAS=1 of what was acknowledged, and calls nobody twice without saying so', async () => {
  const { bundle, accepted, ended } = await throughPartition({ waitReplicas: 1 })
  const { lost, kept } = await foundAgain(bundle, accepted)

  expect(lost).toEqual([])
  await expectBooked(bundle, { kept, ended })
  expect(await unmarkedDoubles(bundle, kept)).toEqual([])
}, 180_000)

interface Partition {
  bundle: Bundle
  accepted: readonly string[]
  /** What was accepted before, and was with the replica when the network was cut. */
  replicated: readonly string[]
  /** What of it had ended by then. */
  ended: readonly string[]
  /** What the new primary accepted while it was cut. */
  takenOver: readonly string[]
}

async function throughPartition(options: ProducerOptions): Promise<Partition> {
  const network = createNetwork()
  const pair = await startWatchedPair({ network })
  const bundle = await setup({ redisUrl: pair.url })
  const [here, there] = [network.newAddress(), network.newAddress()]
  await Promise.all([here, there].map((address) => startWorkerAt(address, bundle, options)))
  const beside = startLoadAt(here, bundle, options)
  const across = startLoadAt(there, bundle, options)
  await Promise.all([acceptedSince(beside), acceptedSince(across)])
  await bundle.sandbox.until(() => bundle.sandbox.bookings().length >= 100)

  const [primary, successor] = await inTheirRoles(pair.primary, pair.replica)
  const replicated = acceptedBy(beside, across)
  const ended = await endedBy(bundle)
  await untilReplicated(primary, `${inboxKey(bundle.store.ref)}-of-a-test`)
  network.cutOff(primary.address, pair.sentinels[0]?.address, here)
  await untilIs(successor, 'master')
  const before = acceptedBy(across)
  // Nobody accepts what waits for a replica: each primary has none.
  const meanwhile = options.waitReplicas === undefined ? acceptedSince : isRefused
  await Promise.all([meanwhile(beside), meanwhile(across)])
  const takenOver = acceptedBy(across).filter((id) => !before.includes(id))
  network.heal()
  await untilIs(primary, 'slave')
  await Promise.all([acceptedSince(beside), acceptedSince(across)])
  await Promise.all([beside.stop(), across.stop()])
  return { bundle, accepted: acceptedBy(beside, across), replicated, ended, takenOver }
}

async function startWorkerAt(
  address: string,
  bundle: Bundle,
  { waitReplicas = 0 }: ProducerOptions,
): Promise<void> {
  await startWorkerProcess(bundle, {
    ...connectingFromSettings(address),
    RINGBACK_LOCK_DURATION: '5s',
    RINGBACK_WAIT_REPLICAS: String(waitReplicas),
  })
}

function startLoadAt(address: string, { redisUrl, store }: Bundle, options: ProducerOptions): Load {
  return connectingFrom(address, () => {
    const producer = createProducer({ redisUrl, namespace: store.ref.namespace, ...options })
    onTestFinished(() => producer.close())
    return startLoad(producer, `from-${address}`)
  })
}

/** Somebody was told after this was called that no replica had it. */
async function isRefused({ failures }: Load): Promise<void> {
  const known = failures.length
  while (!failures.slice(known).some((message) => message.includes('replicas'))) {
    await systemClock.sleep(10)
  }
}

function acceptedBy(...loads: readonly Load[]): string[] {
  return loads.flatMap(({ accepted }) => [...accepted.keys()])
}
