import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

import type { DestinationConfig, WorkerConfig } from '../shared/config/config.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { supervise } from '../shared/lifecycle/supervise.ts'
import { errorOrigin } from '../shared/redis/error-origin.ts'
import { openStore } from '../shared/redis/destination-store.ts'
import { connectPatiently } from '../shared/redis/connection.ts'
import { readRedisSafety, type RedisSafety } from '../shared/store/server/redis-safety.ts'
import type { Observer, WorkerEvent } from '../shared/telemetry/events.ts'
import type { Clock, Random } from '../shared/time/clock.ts'
import { createDestination } from './destination.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { sayAliveTogether } from './heartbeat.ts'
import type { WorkerHealth } from './health.ts'
import { createLooks } from './looks.ts'
import { createMaintenance } from './maintenance/maintenance.ts'
import { createNumberKeys } from './number-keys.ts'
import { readAllDepths, readHealth, type DepthsOfServed } from './read-fleet.ts'
import { createServerClocks, followServerClock } from './server-clock.ts'
import { inPartitions } from './partition.ts'
import type { WorkerTimes } from './times.ts'
import { createTurns } from './turns.ts'
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
  const { config, times, queueClock, random, observe } = options
  const { redisUrl, redisSecurity, namespace, numberKey: setting } = config
  const redis = connectPatiently(
    redisUrl,
    (error) => observe(connectionEvent(error)),
    redisSecurity,
  )
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
    turnsOf: createTurns(() => fleet.members().length < 2),
    numberKey: setting,
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
      const deadlineMs = config.shutdownDeadlineMs
      observe({ event: 'worker.stopping', deadlineMs })
      const inTime = await services.stop({ deadlineMs, finalWriteMs })
      redis.disconnect()
      observe({ event: 'worker.stopped', inTime })
      return inTime
    },
  }
}

/** Of what this process serves, and has the keys for. */
function unsealOfServed(fleet: Fleet) {
  return (name: string) =>
    fleet.members().find(({ config }) => config.name === name)?.destination.unseal
}

/** ioredis tells everything that ends a connection in one way; not all of it is about Redis. */
function connectionEvent(error: Error): WorkerEvent {
  const message = messageOf(error)
  const origin = errorOrigin(error)
  return origin === 'connection' || origin === 'refusal'
    ? { event: 'redis.lost', message }
    : { event: 'maintenance.failed', part: 'connection', destination: undefined, message }
}
