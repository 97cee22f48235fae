import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { performance } from 'node:perf_hooks'

import type { DestinationConfig, WorkerConfig } from '../shared/config/config.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { supervise, type Supervised } from '../shared/lifecycle/supervise.ts'
import { openStore } from '../shared/redis/destination-store.ts'
import { connectWatched } from '../shared/redis/connection.ts'
import { readRedisSafety, type RedisSafety } from '../shared/store/server/redis-safety.ts'
import { replicaTimeoutMs, type ReplicasWish } from '../shared/store/server/wait-for-replicas.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock, Random } from '../shared/time/clock.ts'
import { createDestination } from './destination.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { sayAliveTogether } from './heartbeat.ts'
import type { WorkerHealth } from './health.ts'
import { createLooks } from './looks.ts'
import { createMaintenance } from './maintenance/maintenance.ts'
import { nothingToWaitFor, type UnlessPointless } from './nothing-to-wait-for.ts'
import { createNumberKeys } from './number-keys.ts'
import { readAllDepths, readHealth, type DepthsOfServed } from './read-fleet.ts'
import { createRedisWatch, isOfRedis } from './redis-watch.ts'
import { createServerClocks, followServerClock } from './server-clock.ts'
import { inPartitions } from './partition.ts'
import type { WorkerTimes } from './times.ts'
import { createTurns } from './turns.ts'
import { createUnderWay } from './under-way.ts'
import { createWaits } from './waits.ts'

export interface WorkerOptions {
  config: WorkerConfig
  times: WorkerTimes
  /** This machine's. What is due is told by Redis' time instead. */
  clock: Clock
  /** By which BullMQ tells the time: it reads the machine's whatever `clock` is. */
  queueClock: Pick<Clock, 'now'>
  random: Random
  observe: Observer
}

export interface RunningWorker {
  health(): Promise<WorkerHealth>
  /** Of each destination that it serves. */
  depths(): Promise<Map<string, DepthsOfServed>>
  /** From now on it serves these: see Fleet. */
  serve(destinations: readonly DestinationConfig[]): Promise<void>
  redisSafety(): Promise<RedisSafety>
  /** By how much this machine's clock is ahead of Redis', as it was last asked. */
  clockAheadMs(): number
  /** Takes no more work, finishes or gives back what it holds. False: the deadline came first. */
  stop(): Promise<boolean>
}

/** After the deadline, attempts that were cut short still need a moment to write down what they came to. */
const finalWriteMs = 2_000

/** Serves every configured destination until it is stopped. */
export function startWorker(options: WorkerOptions): RunningWorker {
  const { config, times, queueClock, random } = options
  const { observe, fallSilent } = untilSilenced(options.observe)
  const { redisUrl, redisSecurity, namespace, numberKey: setting } = config
  const redis = connectWatched(redisUrl, createRedisWatch(observe, options.clock), redisSecurity)
  redis.on('error', (error: Error) => reportOther(error, observe))
  const clocks = createServerClocks(options.clock)
  const clock = clocks.of(redis)
  const consumer = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`
  const served = () => fleet.members().map((member) => member.config)
  const isServed = (name: string) => served().some((each) => each.name === name)
  const numberKeyOf = createNumberKeys({ redis, setting, isServed, clock, observe })
  const refs = () => served().map(({ name: destination }) => ({ namespace, destination }))
  const looksOf = createLooks({ redis, refs, clock, freshMs: times.lookMs })
  const waitsOf = createWaits({ consumer, clock: options.clock })
  const scope = {
    redis,
    namespace,
    consumer,
    times,
    clock,
    queueClock,
    random,
    observe,
    numberKeyOf,
    looksOf,
    beat: sayAliveTogether(),
    waitsOf,
    underWay: createUnderWay(),
    turnsOf: createTurns({ isAlone: () => fleet.members().length < 2, clock, busyMs }),
    numberKey: setting,
    replicas: replicasOf(config),
    attemptSpans: config.attemptSpans,
  }
  const fleet = createFleet(inPartitions(config.destinations), {
    create: (each) => {
      const store = openStore(redis, { namespace, destination: each.name })
      return createDestination(each, { ...scope, clock: clocks.of(store.redis) })
    },
    clock: options.clock,
    observe,
    deadlineMs: config.shutdownDeadlineMs,
    drainMs: times.drainMs,
  })
  redis.on('ready', () => fleet.members().forEach(({ destination }) => destination.redisIsBack()))
  const services = supervise(
    [
      // Asks before anybody else does, so that whatever Redis answers is judged by its own time.
      followServerClock(clocks.all(clock), { everyMs: times.maintenanceMs, observe }),
      fleet.service,
      createMaintenance({ ...scope, served, holder: consumer, unsealOf: unsealOfServed(fleet) }),
    ],
    clock,
  )
  observe({ event: 'worker.started', destinations: config.destinations.map(({ name }) => name) })

  return {
    health: () => readHealth(fleet, { redis, clock }),
    depths: () => readAllDepths(fleet),
    serve: (next) => fleet.change(inPartitions(next)),
    redisSafety: () => readRedisSafety(redis),
    clockAheadMs: () => options.clock.now() - clock.now(),
    stop: async () => {
      const stopping = { ...scope, deadlineMs: config.shutdownDeadlineMs }
      const inTime = await stopServices(services, stopping)
      fallSilent()
      redis.disconnect()
      return inTime
    },
  }
}

function replicasOf({ waitReplicas, waitTimeoutMs }: WorkerConfig): ReplicasWish | undefined {
  if (waitReplicas === 0) return undefined
  return { replicas: waitReplicas, timeoutMs: waitTimeoutMs ?? replicaTimeoutMs }
}

interface Stopping extends UnlessPointless {
  deadlineMs: number
  observe: Observer
}

async function stopServices(
  services: Supervised,
  { deadlineMs, observe, ...context }: Stopping,
): Promise<boolean> {
  observe({ event: 'worker.stopping', deadlineMs })
  const over = new AbortController()
  const pointless = nothingToWaitFor(context, over.signal)
  const inTime = await services.stop({ deadlineMs, finalWriteMs, pointless })
  over.abort()
  observe({ event: 'worker.stopped', inTime })
  return inTime
}

/** What is given up with the connections at the end is nobody's failure. */
function untilSilenced(tell: Observer): { observe: Observer; fallSilent: () => void } {
  let isSilent = false
  return {
    observe: (event) => {
      if (!isSilent) tell(event)
    },
    fallSilent: () => {
      isSilent = true
    },
  }
}

/** Of what this process serves, and has the keys for. */
function unsealOfServed(fleet: Fleet) {
  return (name: string) =>
    fleet.members().find(({ config }) => config.name === name)?.destination.unseal
}

/** ioredis tells everything that ends a connection in one way; not all of it is about Redis. */
function reportOther(error: Error, observe: Observer): void {
  if (isOfRedis(error)) return
  const message = messageOf(error)
  observe({ event: 'maintenance.failed', part: 'connection', destination: undefined, message })
}

function busyMs(): number {
  return performance.eventLoopUtilization().active
}
