import { createCallbackQueue, type CallbackQueue } from '../../queue/callback-queue.ts'
import type { DestinationConfig } from '../../shared/config/config.ts'
import { createPeriodic } from '../../shared/lifecycle/periodic.ts'
import { combineServices, type Service } from '../../shared/lifecycle/service.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { walkerKey } from '../../shared/redis/keys.ts'
import { registerServed, type ServiceTimes } from '../../shared/store/destinations/registry.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { NumberKeyOf } from '../number-keys.ts'
import { overdueAfterMs, type WorkerTimes } from '../times.ts'
import { createFunctions } from './functions.ts'
import { reportFailureOf } from './report-failure.ts'
import { createStrayBurial } from './stray-inboxes.ts'
import { createLeasedWalk } from './walk-with-lease.ts'
import { createWalker, type WalkerContext } from './walker.ts'

export interface MaintenanceContext {
  namespace: string
  /** The destinations of this process, as they are served at the moment. */
  served: () => readonly DestinationConfig[]
  redis: Redis
  times: WorkerTimes
  clock: Clock
  observe: Observer
  /** The name of this process. */
  holder: string
  numberKeyOf: NumberKeyOf
  unsealOf?: WalkerContext['unsealOf']
}

/** What one process does for all its destinations, and for those that nobody serves. */
export function createMaintenance(context: MaintenanceContext): Service {
  const queues = createQueues()
  return combineServices(
    'maintenance',
    [
      registration(context),
      functions(context),
      strayBurial(context),
      walk(context, queues.queueOf),
    ],
    queues.close,
  )
}

function registration(context: MaintenanceContext): Service {
  const { namespace, redis, times, clock, observe } = context
  return createPeriodic('registry', () => registerServed(redis, namespace, servedBy(context)), {
    everyMs: times.maintenanceMs,
    clock,
    onError: reportFailureOf('registry', observe),
  })
}

function functions({ redis, times, clock, observe }: MaintenanceContext): Service {
  const onError = reportFailureOf('functions', observe)
  return createFunctions(redis, { everyMs: times.maintenanceMs, clock, onError })
}

function strayBurial(context: MaintenanceContext): Service {
  const { namespace, served, redis, times, clock, observe, numberKeyOf } = context
  const buryStrays = createStrayBurial({
    redis,
    namespace,
    served: () => served().map(({ name }) => name),
    clock,
    observe,
    retentionMs: () => Math.max(...served().map(({ retentionMs }) => retentionMs)),
    graceMs: times.strayGraceMs,
    numberKeyOf,
  })
  return createPeriodic('strays', buryStrays, {
    everyMs: times.maintenanceMs,
    clock,
    onError: reportFailureOf('strays', observe),
  })
}

function walk(
  context: MaintenanceContext,
  queueOf: (store: DestinationStore) => CallbackQueue,
): Service {
  const { namespace, redis, times, clock, observe, holder, numberKeyOf, unsealOf } = context
  const common = { redis, namespace, clock, observe, numberKeyOf, unsealOf }
  const served = () => servedBy(context)
  return createLeasedWalk({
    walker: createWalker({ ...common, served, queueOf }),
    lease: { redis, key: walkerKey(namespace), holder, ttlMs: times.walkerLeaseMs },
    everyMs: times.maintenanceMs,
    batchRestMs: times.batchRestMs,
    clock,
    onRound: (round) => observe({ event: 'walk.ended', endedAtMs: clock.now(), ...round }),
    onError: (part, error) => reportFailureOf(part, observe)(error),
  })
}

function servedBy({ served, times }: MaintenanceContext): ReadonlyMap<string, ServiceTimes> {
  return new Map(
    served().map(({ name, attemptTimeoutMs }) => [
      name,
      { overdueMs: overdueAfterMs(times.lockMs, attemptTimeoutMs) },
    ]),
  )
}

/** A queue for each destination that something was found in, also of those that other workers serve. */
function createQueues() {
  const queues = new Map<string, CallbackQueue>()
  return {
    queueOf: (store: DestinationStore): CallbackQueue => {
      const { destination } = store.ref
      const queue = queues.get(destination) ?? createCallbackQueue(store)
      queues.set(destination, queue)
      return queue
    },
    close: async (): Promise<void> => {
      await Promise.all([...queues.values()].map((queue) => queue.close()))
    },
  }
}
