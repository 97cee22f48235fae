/** On a cluster a slot is moved, and a primary is lost or hangs, while callbacks of several destinations are enqueued and sent. */
import { expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../src/producer/index.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { startCluster, type TestCluster } from '../support/cluster.ts'
import { at, furtherDestinations } from '../support/further-destinations.ts'
import { startLoad, type Load } from '../support/load.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

it('goes on without an error when the slot of a destination moves to another primary under load', async () => {
  const cluster = await startCluster()
  const loaded = await underLoad(cluster)
  const [moved] = loaded.spread
  const to = cluster.primaries[1]
  if (moved === undefined || to === undefined) throw new Error('nothing to move')

  await cluster.moveSlotOf(moved.key, to)
  await acceptedSince(loaded)

  await expectBookedOnce(loaded)
  expect(loaded.spread.flatMap(({ load }) => load.failures)).toEqual([])
}, 90_000)

it('books once what was accepted when a primary of the cluster is killed under load', async () => {
  const cluster = await startCluster()
  const loaded = await underLoad(cluster)

  await cluster.primaries[0]?.kill()
  const killedAtMs = systemClock.monotonic()
  await acceptedSince(loaded)

  expect(systemClock.monotonic() - killedAtMs).toBeLessThan(15_000)
  await expectBookedOnce(loaded)
}, 90_000)

it('loses nothing that was accepted when a primary of the cluster hangs, is replaced, and comes back', async () => {
  const cluster = await startCluster()
  const loaded = await underLoad(cluster)
  const [hanging] = cluster.primaries
  if (hanging === undefined) throw new Error('there is no primary')

  hanging.freeze()
  await cluster.failover(hanging)
  const replacedAtMs = systemClock.monotonic()
  await acceptedSince(loaded)
  // Without an end to the silent connections this would be when the old one goes on.
  expect(systemClock.monotonic() - replacedAtMs).toBeLessThan(5_000)
  hanging.thaw()
  await acceptedSince(loaded)

  await expectBookedOnce(loaded)
  // What the new primary was told nothing of is found by the walk for what was forgotten, once a minute.
}, 180_000)

/** A destination on each primary, in their order. */
interface Spread {
  key: string
  bundle: Bundle
  load: Load
}

interface Loaded {
  bundle: Bundle
  spread: readonly Spread[]
}

async function underLoad(cluster: TestCluster): Promise<Loaded> {
  const bundle = await setup({ redisUrl: cluster.url })
  const { namespace } = bundle.store.ref
  const names = cluster.primaries.map((_, index) => nameAt(cluster, namespace, index))
  const salesforceUrl = bundle.config.destinations[0]?.salesforce.baseUrl.replace(/\/$/, '') ?? ''
  const settings = Object.fromEntries(names.map((name) => [name, { salesforceUrl }]))
  await startWorkerProcess(bundle, {
    RINGBACK_LOCK_DURATION: '5s',
    ...furtherDestinations(bundle, settings),
  })
  const spread = names.map((destination) => {
    const producer = createProducer({ redisUrl: cluster.url, namespace, destination })
    onTestFinished(() => producer.close())
    const own = at(bundle, destination)
    return { key: inboxKey(own.store.ref), bundle: own, load: startLoad(producer, destination) }
  })
  for (const { key, load } of spread) {
    expect(load.accepted, key).toBeDefined()
    await bundle.sandbox.until(() => load.accepted.size >= 50)
  }
  return { bundle, spread }
}

/** Of a destination that this primary has. */
function nameAt(cluster: TestCluster, namespace: string, index: number): string {
  for (let count = 1; ; count += 1) {
    const destination = `d${count}`
    if (cluster.indexOf(inboxKey({ namespace, destination })) === index) return destination
  }
}

/** Of each destination some were accepted after this was called. */
async function acceptedSince({ spread }: Loaded): Promise<void> {
  const enough = spread.map(({ load }) => load.accepted.size + 50)
  const isEnough = () => spread.every(({ load }, at) => load.accepted.size >= (enough[at] ?? 0))
  while (!isEnough()) await systemClock.sleep(10)
}

async function expectBookedOnce({ bundle, spread }: Loaded): Promise<void> {
  await Promise.all(spread.map(({ load }) => load.stop()))
  for (const { load, bundle: own } of spread) {
    const ids = [...load.accepted.keys()]
    await resultsOfAll(own, ids)
    expect(ids.filter((id) => bundle.sandbox.bookingsOf(id).length !== 1)).toEqual([])
  }
}
