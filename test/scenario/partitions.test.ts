/** One destination in four partitions, on a real cluster of three primaries: whoever writes to whichever of them. */
import { expect, it, onTestFinished } from 'vitest'

import { partitionNames } from '../../src/shared/contract/partition.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { controlKey, inboxKey } from '../../src/shared/redis/keys.ts'
import { pause } from '../../src/shared/store/control/pause.ts'
import { resume } from '../../src/shared/store/control/resume.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { callbacksIn } from '../support/partitions.ts'
import { sampleCallbacks, type SampleCallback } from '../support/callbacks.ts'
import { startCluster } from '../support/cluster.ts'
import { crashAt } from '../support/crash/crash-at.ts'
import { xadd } from '../support/inbox.ts'
import { spawnRingback } from '../support/process.ts'
import { openRedis } from '../support/redis.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess, workerSettings } from '../support/worker-process.ts'

const partitions = 4
const settings = { RINGBACK_PARTITIONS: String(partitions) }

/** Whose partitions are on more than one primary. */
async function onCluster(): Promise<{ bundle: Bundle; partition: readonly DestinationStore[] }> {
  const cluster = await startCluster({ withReplicas: false })
  const bundle = await setup({ redisUrl: cluster.url, destination: { partitions } })
  const names = partitionNames(bundle.store.ref.destination, partitions)
  const redis = openRedis(cluster.url)
  onTestFinished(() => redis.disconnect())
  const partition = names.map((destination) =>
    openStore(redis, { ...bundle.store.ref, destination }),
  )
  const primaries = new Set(partition.map(({ ref }) => cluster.indexOf(inboxKey(ref))))
  expect(primaries.size).toBeGreaterThan(1)
  return { bundle, partition }
}

async function expectBookedOnce(
  { producer, sandbox }: Bundle,
  callbacks: readonly SampleCallback[],
) {
  for (const { id } of callbacks) {
    expect(await producer.waitForEnd(id)).toMatchObject({ state: 'booked' })
  }
  expect(callbacks.filter(({ id }) => sandbox.bookingsOf(id).length !== 1)).toEqual([])
}

it('books once each of 300 callbacks of a destination in four partitions, and the same id through two of them', async () => {
  const { bundle, partition } = await onCluster()
  await startWorkerProcess(bundle, settings)
  const own = sampleCallbacks(100, 'by-the-library')
  const raw = sampleCallbacks(200, 'by-anybody')

  for await (const answer of bundle.producer.enqueueMany(own)) expect(answer.kind).toBe('accepted')
  for (const [nth, callback] of raw.entries()) {
    for (const place of [nth, nth + 1]) {
      await xadd(partition[place % partitions] ?? bundle.store, callback)
    }
  }

  await expectBookedOnce(bundle, [...own, ...raw])
}, 120_000)

it.each(['hand-over', 'let-go'] as const)(
  'books once what a worker handed over to another primary, that is killed before %s',
  async (step) => {
    const { bundle, partition } = await onCluster()
    const callbacks = sampleCallbacks(40)
    for (const [nth, callback] of callbacks.entries()) {
      await xadd(partition[nth % partitions] ?? bundle.store, callback)
    }
    const crash = crashAt({ step, when: 'before', nth: 3 })
    const victim = spawnRingback(['worker'], { ...workerSettings(bundle), ...settings, ...crash })
    expect(await victim.exited).toMatchObject({ signal: 'SIGKILL' })

    await startWorkerProcess(bundle, settings)

    await expectBookedOnce(bundle, callbacks)
  },
  120_000,
)

it('sends nothing of any partition while all are paused, and no more than the rate of the whole afterwards', async () => {
  const { bundle, partition } = await onCluster()
  const said = { by: undefined, why: undefined, forMs: undefined }
  for (const store of partition) await pause(store, { what: 'dispatch', ...said })
  await startWorkerProcess(bundle, { ...settings, RINGBACK_RATE: '20' })
  const callbacks = sampleCallbacks(60)
  for await (const answer of bundle.producer.enqueueMany(callbacks)) {
    expect(answer.kind).toBe('accepted')
  }
  for (const { id } of callbacks) {
    while ((await bundle.producer.status(id))?.state !== 'scheduled') await systemClock.sleep(20)
  }
  expect(bundle.sandbox.bookings()).toEqual([])

  const resumedAtMs = systemClock.monotonic()
  for (const store of partition) await resume(store, { what: ['dispatch'] })
  await expectBookedOnce(bundle, callbacks)

  // Four may go at once; after that each partition sends every 200 ms.
  const leastMs = ((callbacks.length - partitions) / 20) * 1_000
  expect(systemClock.monotonic() - resumedAtMs).toBeGreaterThan(leastMs)
}, 120_000)

it('stops in all partitions when one finds that Salesforce is out, sends a probe now and then, and goes on in all', async () => {
  const { bundle, partition } = await onCluster()
  const { sandbox, producer } = bundle
  const worker = await startWorkerProcess(bundle, {
    ...settings,
    RINGBACK_BREAKER_RAMP: '1s',
    // Of the others none would find out for a long time.
    RINGBACK_BACKOFF_INITIAL: '10s',
    RINGBACK_BACKOFF_MAX: '10s',
  })
  sandbox.setFaults([{ do: 'break', status: 503 }])
  const many = callbacksIn(1, partitions, { count: 40, prefix: 'many' })
  const few = [0, 2, 3].flatMap((place) =>
    callbacksIn(place, partitions, { count: 2, prefix: `few-${place}` }),
  )
  const field = (name: string) =>
    Promise.all(partition.map(({ redis, ref }) => redis.hget(controlKey(ref), name)))
  for await (const answer of producer.enqueueMany([...few, ...many])) {
    expect(answer.kind).toBe('accepted')
  }

  await expect.poll(() => field('breaker'), { timeout: 30_000 }).toEqual(Array(4).fill('open'))
  await expect.poll(() => field('breakerTries'), { timeout: 30_000 }).toEqual(Array(4).fill('2'))
  const failed = worker.lines('attempt.settled').length
  // Ten open it, three may be under way with them, and the others have sent all that they have. Two were probes, of each partition on
  // a machine so busy that none hears of the others in time.
  expect(failed).toBeLessThanOrEqual(10 + 3 + few.length + 2 * partitions)

  sandbox.setFaults([])
  await expectBookedOnce(bundle, [...few, ...many])
}, 120_000)
