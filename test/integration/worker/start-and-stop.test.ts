/** Every service of a worker, started and stopped at every moment: nothing is left open, and nothing goes unhandled. */
import { fileURLToPath } from 'node:url'

import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import { createProcessor } from '../../../src/queue/processor.ts'
import type { Service } from '../../../src/shared/lifecycle/service.ts'
import { supervise } from '../../../src/shared/lifecycle/supervise.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { createBridge } from '../../../src/worker/bridge/bridge.ts'
import { createDestination, type WorkerScope } from '../../../src/worker/destination.ts'
import { createHeartbeat, sayAliveTogether } from '../../../src/worker/heartbeat.ts'
import { createSealKeys } from '../../../src/worker/sealing/seal-keys.ts'
import { createHistory } from '../../../src/worker/keep-history.ts'
import { createMaintenance } from '../../../src/worker/maintenance/maintenance.ts'
import { createRuns } from '../../../src/worker/runs/runs.ts'
import { createSiblings } from '../../../src/worker/siblings.ts'
import { createServerClock, followServerClock } from '../../../src/worker/server-clock.ts'
import { workerTimes } from '../../../src/worker/times.ts'
import { createUnderWay } from '../../../src/worker/under-way.ts'
import { createWaits } from '../../../src/worker/waits.ts'
import { openGate } from '../../support/any-pass.ts'
import { sampleCallbacks } from '../../support/callbacks.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { placesNothing } from '../../support/number-key.ts'
import { setup } from '../../support/ringback.ts'
import {
  expectNoMoreThan,
  noteWarnings,
  openResources,
  stressStartStop,
} from '../../support/stress-start-stop.ts'
import { looksAt } from '../../support/looks.ts'
import { noTurns, waitsFor } from '../../support/waits.ts'

const times = workerTimes(1_200)
const stopTimes = { deadlineMs: 60_000, finalWriteMs: 1 }

/** A Redis in which nobody else's connections are, and what the services of a worker share. */
async function setUp() {
  const { url } = await startPrivateRedis()
  const bundle = await setup({ redisUrl: url })
  const redis = new Redis(url, { protocol: 2, maxRetriesPerRequest: null })
  onTestFinished(() => redis.disconnect())
  await redis.ping()
  const queue = createCallbackQueue(openStore(redis, bundle.store.ref))
  onTestFinished(() => queue.close())
  const scope: WorkerScope = {
    redis,
    namespace: bundle.store.ref.namespace,
    consumer: 'of-the-test',
    times,
    clock: systemClock,
    queueClock: systemClock,
    random: () => 0.5,
    observe: bundle.recorder.observe,
    numberKeyOf: placesNothing,
    beat: sayAliveTogether(),
    looksOf: () => looksAt(openStore(redis, bundle.store.ref)),
    underWay: createUnderWay(),
    turnsOf: () => noTurns,
    waitsOf: createWaits({ consumer: 'of-the-test', clock: systemClock }),
    numberKey: undefined,
    attemptSpans: 'linked',
  }
  return { bundle, scope, queue }
}

type Given = Awaited<ReturnType<typeof setUp>>

const services: [string, (given: Given) => Service][] = [
  [
    'the clock',
    ({ scope: { redis, observe } }) =>
      followServerClock(createServerClock(redis, systemClock), { everyMs: 1, observe }),
  ],
  [
    'the maintenance: registry, strays and walk',
    ({ bundle: { config }, scope: { redis, clock, observe } }) =>
      createMaintenance({
        namespace: config.namespace,
        served: () => config.destinations,
        redis,
        clock,
        observe,
        holder: 'of-the-test',
        numberKeyOf: placesNothing,
        times: { ...times, maintenanceMs: 1, batchRestMs: 1 },
      }),
  ],
  [
    'the bridge',
    ({ bundle: { store }, scope: { redis, clock, observe }, queue }) =>
      createBridge({
        store: openStore(redis, store.ref),
        queue,
        clock,
        observe,
        consumer: 'of-the-test',
        numberKeyOf: placesNothing,
        retentionMs: 1_000,
        abandonedMs: times.abandonedMs,
        stalledMs: times.stalledMs,
        looks: looksAt(openStore(redis, store.ref)),
        turns: noTurns,
        openInbox: waitsFor(openStore(redis, store.ref), { consumer: 'of-the-test' }).openInbox,
      }),
  ],
  [
    'the processor',
    ({ bundle: { store }, scope: { redis, clock, queueClock, observe } }) =>
      createProcessor({
        store: openStore(redis, store.ref),
        openJobs: waitsFor(openStore(redis, store.ref)).openJobs,
        lay: () => Promise.resolve({ hasActive: true, hasJobs: true }),
        clock,
        queueClock,
        observe,
        lockMs: times.lockMs,
        concurrency: 2,
        gate: openGate,
        waitingRoom: noTurns,
        perform: () => Promise.resolve({ kind: 'finish' }),
      }),
  ],
  [
    'the heartbeat',
    ({ bundle: { store }, scope: { redis, clock, observe } }) =>
      createHeartbeat({
        store: openStore(redis, store.ref),
        worker: { name: 'of-the-test', version: '1', startedAt: '', settings: {} },
        beat: sayAliveTogether(),
        everyMs: 1,
        clock,
        observe,
      }),
  ],
  [
    'the history',
    ({ bundle: { store }, scope: { redis, clock, observe } }) =>
      createHistory({ store: openStore(redis, store.ref), everyMs: 1, clock, observe }),
  ],
  [
    'what has partitions follow each other',
    ({ bundle: { store }, scope: { redis, clock, observe } }) =>
      createSiblings({ redis, ref: store.ref, partitions: 3, everyMs: 1, clock, observe }),
  ],
  [
    'the keys for sealed numbers',
    ({ bundle: { store }, scope: { redis, clock, observe } }) =>
      createSealKeys({
        store: openStore(redis, store.ref),
        file: fileURLToPath(new URL('../../../vectors/sealed-numbers.json', import.meta.url)),
        required: false,
        bound: false,
        everyMs: 1,
        clock,
        observe,
      }).service,
  ],
  [
    'the runs',
    ({ bundle: { store }, scope: { redis, clock, observe } }) =>
      createRuns({
        queue: { remove: () => Promise.resolve() },
        verification: undefined,
        store: openStore(redis, store.ref),
        looks: looksAt(openStore(redis, store.ref)),
        clock,
        observe,
        holder: 'of-the-test',
        leaseMs: 1_000,
        retentionMs: 1_000,
        everyMs: 1,
      }),
  ],
  [
    'a destination',
    ({ bundle: { config }, scope }) => {
      const [destination] = config.destinations
      if (destination === undefined) throw new Error('the test has no destination')
      return createDestination(destination, scope).service
    },
  ],
]

it.each(services)(
  '%s can be stopped at any moment, and leaves nothing behind',
  async (_, create) => {
    const given = await setUp()
    await expectNothingLeft(given, () =>
      stressStartStop(() => {
        const running = supervise([create(given)], systemClock)
        return { stop: async () => expect(await running.stop(stopTimes)).toBe(true) }
      }),
    )
  },
  120_000,
)

it('a worker can be stopped at any moment, leaves nothing behind, and each callback is sent once', async () => {
  const given = await setUp()
  const { config, producer, sandbox, startWorker } = given.bundle
  config.shutdownDeadlineMs = stopTimes.deadlineMs
  const callbacks = sampleCallbacks(100)
  await expectNothingLeft(given, async () => {
    for await (const answer of producer.enqueueMany(callbacks)) {
      expect(answer.kind).toBe('accepted')
    }
    await stressStartStop(() => {
      const worker = startWorker({ lockMs: 60_000 })
      return { stop: async () => expect(await worker.stop()).toBe(true) }
    })
  })
  startWorker()
  await sandbox.until(() => sandbox.counts().booked >= callbacks.length)
  for (const { callId } of callbacks) expect(sandbox.bookingsOf(callId), callId).toHaveLength(1)
}, 180_000)

/** Neither a listener, a connection nor a timer; and Node has warned of nothing. */
async function expectNothingLeft({ bundle, scope }: Given, act: () => Promise<void>) {
  const listeners = () =>
    Object.fromEntries(
      scope.redis.eventNames().map((name) => [String(name), scope.redis.listenerCount(name)]),
    )
  const connections = async () => {
    const clients = String(await bundle.store.redis.client('LIST'))
    return { connections: clients.trim().split('\n').length }
  }
  await bundle.producer.status('nobody')
  const before = { ...listeners(), ...(await connections()), ...openResources() }
  const { warnings, end } = noteWarnings()
  await act()
  end()
  await expectNoMoreThan(before, async () => ({
    ...listeners(),
    ...(await connections()),
    ...openResources(),
  }))
  expect(warnings).toEqual([])
  expect(scope.redis.status).toBe('ready')
}
