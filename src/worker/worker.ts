import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

import type { WorkerConfig } from '../shared/config/config.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { blameOf } from '../shared/redis/blame.ts'
import { connectPatiently, type Redis } from '../shared/redis/connection.ts'
import type { Observer, WorkerEvent } from '../shared/telemetry/events.ts'
import type { Clock, Random } from '../shared/time/clock.ts'
import {
  serveDestination,
  type Depths,
  type DestinationStatus,
  type WorkerTimes,
} from './destination.ts'
import { followClock, maintain } from './maintenance/maintain.ts'
import { createServerClock } from './server-clock.ts'

export interface WorkerOptions {
  config: WorkerConfig
  times: WorkerTimes
  clock: Clock
  random: Random
  observe: Observer
}

export interface RunningWorker {
  health(): Promise<WorkerHealth>
  depths(): Promise<Map<string, Depths>>
  /** Takes no more work, finishes or gives back what it holds. False: the deadline came first. */
  stop(): Promise<boolean>
}

export interface WorkerHealth {
  redis: boolean
  destinations: Map<string, DestinationStatus>
}

/** How long a health check waits for Redis. A connection that waits for a server to come back answers nothing. */
const pingMs = 1_000

/** After the deadline, attempts that were cut short still need a moment to write down what they came to. */
const lastWordsMs = 2_000

/** Serves every configured destination until it is stopped. */
export function startWorker({
  config,
  times,
  clock: machine,
  random,
  observe,
}: WorkerOptions): RunningWorker {
  const redis = connectPatiently(config.redisUrl, (error) => {
    observe(connectionEvent(error))
  })
  const clock = createServerClock(redis, machine)
  const names = config.destinations.map(({ name }) => name)
  const consumer = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`
  const { redisUrl, namespace } = config
  const options = { redis, redisUrl, namespace, consumer, times, clock, random, observe }
  const stopping = new AbortController()
  const { signal } = stopping
  // Before anything else is asked of Redis, so that whatever it answers is judged by its own time.
  const following = followClock({ clock, times, observe }, signal)
  const served = config.destinations.map((each) => serveDestination(each, options))
  redis.on('ready', () => served.forEach((each) => each.redisIsBack()))
  const maintaining = maintain({ config, redis, times, clock, observe, holder: consumer }, signal)
  observe({ event: 'worker.started', destinations: names })

  return {
    health: async () => ({
      redis: await answers(redis, clock),
      destinations: new Map(served.map((each) => [each.name, each.status()])),
    }),
    depths: async () => {
      const depths = await Promise.all(served.map((each) => each.depths()))
      return new Map(names.map((name, index) => [name, depths[index] ?? emptyDepths]))
    },
    stop: async () => {
      const deadlineMs = config.shutdownDeadlineMs
      observe({ event: 'worker.stopping', deadlineMs })
      stopping.abort()
      const deadline = new AbortController()
      const stopped = Promise.all([
        ...served.map((each) => each.stop(deadline.signal)),
        maintaining,
        following,
      ])
      const inTime = await stopWithin({ stopped, deadline, deadlineMs, clock })
      redis.disconnect()
      observe({ event: 'worker.stopped', inTime })
      return inTime
    },
  }
}

/** ioredis tells everything that ends a connection in one way; not all of it is about Redis. */
function connectionEvent(error: Error): WorkerEvent {
  const message = messageOf(error)
  const blame = blameOf(error)
  return blame === 'connection' || blame === 'refusal'
    ? { event: 'redis.lost', message }
    : { event: 'maintenance.failed', part: 'connection', destination: undefined, message }
}

const emptyDepths: Depths = {
  inbox: 0,
  inboxOldestAgeMs: 0,
  vanished: undefined,
  deadLetters: 0,
  queue: {},
  aheadMs: { inbox: 0, results: 0 },
}

interface Stopping {
  stopped: Promise<unknown>
  deadline: AbortController
  deadlineMs: number
  clock: Clock
}

/** Waits for the work in hand; at the deadline tells it to give up, and waits a moment more for its records. */
async function stopWithin({ stopped, deadline, deadlineMs, clock }: Stopping): Promise<boolean> {
  if (await isDoneWithin(stopped, deadlineMs, clock)) return true
  deadline.abort(new Error('the worker is stopping and its deadline is over'))
  await isDoneWithin(stopped, lastWordsMs, clock)
  return false
}

async function isDoneWithin(work: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const timer = new AbortController()
  const done = work.then(() => true)
  const late = clock.sleep(ms, timer.signal).then(
    () => false,
    () => false,
  )
  try {
    return await Promise.race([done, late])
  } finally {
    timer.abort()
  }
}

/** A refusal (loading, no password) is not an answer: nothing can be done with such a Redis. */
async function answers(redis: Redis, clock: Clock): Promise<boolean> {
  if (redis.status !== 'ready') return false
  try {
    return await isDoneWithin(redis.ping(), pingMs, clock)
  } catch {
    return false
  }
}
