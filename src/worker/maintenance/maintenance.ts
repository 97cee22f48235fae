import { createCallbackQueue, type CallbackQueue } from '../../queue/callback-queue.ts'
import type { WorkerConfig } from '../../shared/config/config.ts'
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
  config: WorkerConfig
  redis: Redis
  times: WorkerTimes
  clock: Clock
  observe: Observer
  /** The name of this process. */
  holder: string
  numberKeyOf: NumberKeyOf
  sealings?: WalkerContext['sealings']
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
  const { config, redis, times, clock, observe } = context
  const served = servedBy(context)
  return createPeriodic('registry', () => registerServed(redis, config.namespace, served), {
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
  const { config, redis, times, clock, observe, numberKeyOf } = context
  const buryStrays = createStrayBurial({
    redis,
    namespace: config.namespace,
    destinations: config.destinations.map(({ name }) => name),
    clock,
    observe,
    retentionMs: Math.max(...config.destinations.map(({ retentionMs }) => retentionMs)),
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
  const { config, redis, times, clock, observe, holder, numberKeyOf, sealings } = context
  const { namespace } = config
  const common = { redis, namespace, clock, observe, numberKeyOf, sealings }
  const served = servedBy(context)
  return createLeasedWalk({
    walker: createWalker({ ...common, served, queueOf }),
    lease: { redis, key: walkerKey(namespace), holder, ttlMs: times.walkerLeaseMs },
    everyMs: times.maintenanceMs,
    batchRestMs: times.batchRestMs,
    clock,
    onError: (part, error) => reportFailureOf(part, observe)(error),
  })
}

function servedBy({ config, times }: MaintenanceContext): ReadonlyMap<string, ServiceTimes> {
  return new Map(
    config.destinations.map(({ name, attemptTimeoutMs }) => [
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
