import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

import type { WorkerConfig } from '../shared/config/config.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { supervise } from '../shared/lifecycle/supervise.ts'
import { errorOrigin } from '../shared/redis/error-origin.ts'
import { connectPatiently, type Redis } from '../shared/redis/connection.ts'
import { openStore } from '../shared/redis/destination-store.ts'
import { readRedisSafety, type RedisSafety } from '../shared/store/server/redis-safety.ts'
import type { Observer, WorkerEvent } from '../shared/telemetry/events.ts'
import type { Clock, Random } from '../shared/time/clock.ts'
import type { Depths } from './depths.ts'
import { createDestination } from './destination.ts'
import { dispatchStateOf } from './dispatch-state.ts'
import { answerInTime, respondsToPing, type WorkerHealth } from './health.ts'
import { createMaintenance } from './maintenance/maintenance.ts'
import { createNumberKeys } from './number-keys.ts'
import { createSealKeys, type SealKeys } from './sealing/seal-keys.ts'
import { createServerClock, followServerClock } from './server-clock.ts'
import type { WorkerTimes } from './times.ts'

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
  depths(): Promise<Map<string, Depths>>
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
  const { redisUrl, redisTls, namespace, numberKey: setting } = config
  const redis = connectPatiently(redisUrl, (error) => observe(connectionEvent(error)), redisTls)
  const clock = createServerClock(redis, options.clock)
  const consumer = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`
  const served = new Set(config.destinations.map(({ name }) => name))
  const sealKeys = sealKeysOf(options, { redis, clock })
  const numberKeyOf = createNumberKeys({ redis, setting, served, clock, observe })
  const scope = {
    redis,
    redisUrl,
    redisTls,
    namespace,
    consumer,
    times,
    clock,
    queueClock,
    random,
    observe,
    numberKeyOf,
    sealKeys,
    numberKey: setting,
  }
  const destinations = config.destinations.map((each) => createDestination(each, scope))
  redis.on('ready', () => destinations.forEach((each) => each.redisIsBack()))
  const services = supervise(
    [
      // Asks before anybody else does, so that whatever Redis answers is judged by its own time.
      followServerClock(clock, { everyMs: times.maintenanceMs, observe }),
      ...destinations.map(({ service }) => service),
      createMaintenance({
        config,
        redis,
        times,
        clock,
        observe,
        holder: consumer,
        numberKeyOf,
        sealings: sealKeys,
      }),
    ],
    clock,
  )
  observe({ event: 'worker.started', destinations: destinations.map(({ name }) => name) })

  return {
    health: async () => {
      const isUp = await respondsToPing(redis, clock)
      const each = destinations.map(async ({ name, status, control }) => {
        const held = isUp ? await answerInTime(control(), clock) : undefined
        return [name, { ...status(), dispatch: held && dispatchStateOf(held) }] as const
      })
      return { redis: isUp, destinations: new Map(await Promise.all(each)) }
    },
    depths: async () => {
      const depths = destinations.map(async (each) => [each.name, await each.depths()] as const)
      return new Map(await Promise.all(depths))
    },
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

function sealKeysOf(
  { config, times, observe }: WorkerOptions,
  { redis, clock }: { redis: Redis; clock: Clock },
): ReadonlyMap<string, SealKeys> {
  const { namespace } = config
  const everyMs = times.sealKeysMs
  return new Map(
    config.destinations.flatMap(({ name, sealing: { keysFile, required } }) => {
      if (keysFile === undefined) return []
      const store = openStore(redis, { namespace, destination: name })
      const file = keysFile
      return [[name, createSealKeys({ store, file, required, everyMs, clock, observe })] as const]
    }),
  )
}

/** ioredis tells everything that ends a connection in one way; not all of it is about Redis. */
function connectionEvent(error: Error): WorkerEvent {
  const message = messageOf(error)
  const origin = errorOrigin(error)
  return origin === 'connection' || origin === 'refusal'
    ? { event: 'redis.lost', message }
    : { event: 'maintenance.failed', part: 'connection', destination: undefined, message }
}
