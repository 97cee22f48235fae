import type { WorkerConfig } from '../../shared/config/config.ts'
import { registerServed, type ServiceTimes } from '../../shared/store/destinations/registry.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import { runLoop } from '../../shared/lifecycle/loop.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { walkerKey, type Place } from '../../shared/redis/keys.ts'
import type { MaintenancePart, Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { overdueAfterMs, type WorkerTimes } from '../destination.ts'
import { createCallbackQueue, type CallbackQueue } from '../../queue/callback-queue.ts'
import type { ServerClock } from '../server-clock.ts'
import { createStrayBurial } from './stray-inboxes.ts'
import { walkInTurn } from './walk-in-turn.ts'
import { createWalker } from './walker.ts'

export interface MaintenanceContext {
  config: WorkerConfig
  redis: Redis
  times: WorkerTimes
  clock: Clock
  observe: Observer
  /** The name of this process. */
  holder: string
}

/** Asks Redis for the time every so often. Resolves when the signal is aborted; never rejects. */
export function followClock(
  { clock, times, observe }: Pick<MaintenanceContext, 'times' | 'observe'> & { clock: ServerClock },
  signal: AbortSignal,
): Promise<void> {
  const everyMs = times.maintenanceMs
  return runLoop(
    () => clock.follow(),
    { everyMs, clock, onError: reporter(observe, 'clock') },
    signal,
  )
}

/** What one process does for all its destinations, and for those that nobody serves. Never rejects. */
export async function maintain(context: MaintenanceContext, signal: AbortSignal): Promise<void> {
  const { config, redis, times, clock, observe, holder } = context
  const { namespace } = config
  const { maintenanceMs: everyMs, turnRestMs, walkerLeaseMs } = times
  const served = servedBy(context)
  const queues = createQueues(redis)
  const walker = createWalker({
    ...{ redis, namespace, served, clock, observe },
    queueOf: queues.queueOf,
  })
  const buryStrays = createStrayBurial({
    ...{ redis, namespace, destinations: [...served.keys()], clock, observe },
    retentionMs: Math.max(...config.destinations.map(({ retentionMs }) => retentionMs)),
    graceMs: times.strayGraceMs,
  })
  const regularly = (part: MaintenancePart) => ({
    everyMs,
    clock,
    onError: reporter(observe, part),
  })
  const lease = { redis, key: walkerKey(namespace), holder, ttlMs: walkerLeaseMs }
  await Promise.all([
    runLoop(() => registerServed(redis, namespace, served), regularly('registry'), signal),
    runLoop(() => buryStrays(), regularly('strays'), signal),
    walkInTurn(
      {
        ...{ walker, lease, everyMs, restMs: turnRestMs, clock },
        onError: (part, error) => reporter(observe, part)(error),
      },
      signal,
    ),
  ])
  await queues.close()
}

function servedBy({ config, times }: MaintenanceContext): ReadonlyMap<string, ServiceTimes> {
  return new Map(
    config.destinations.map(({ name, attemptTimeoutMs }) => [
      name,
      { overdueMs: overdueAfterMs(times.lockMs, attemptTimeoutMs) },
    ]),
  )
}

function reporter(observe: Observer, part: MaintenancePart) {
  return (error: unknown) => {
    observe({
      event: 'maintenance.failed',
      part,
      destination: undefined,
      message: messageOf(error),
    })
  }
}

/** A queue for each destination that something was found in, also of those that other workers serve. */
function createQueues(redis: Redis) {
  const queues = new Map<string, CallbackQueue>()
  return {
    queueOf: (place: Place): CallbackQueue => {
      const queue = queues.get(place.destination) ?? createCallbackQueue(redis, place)
      queues.set(place.destination, queue)
      return queue
    },
    close: () => Promise.all([...queues.values()].map((queue) => queue.close())),
  }
}
