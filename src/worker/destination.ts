import { createCallbackQueue, type CallbackQueue } from '../queue/callback-queue.ts'
import { createProcessor } from '../queue/processor.ts'
import { openSalesforce, type Salesforce } from '../salesforce/open-salesforce.ts'
import type { DestinationConfig } from '../shared/config/config.ts'
import type { AttemptSpans } from '../shared/config/features/process.ts'
import { describeShared } from '../shared/config/describe.ts'
import { partitionIn } from '../shared/contract/partition.ts'
import { combineServices, type Service } from '../shared/lifecycle/service.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../shared/redis/destination-store.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { inspectControl, type Control } from '../shared/store/control/inspect-control.ts'
import { readActiveRuns } from '../shared/store/runs/run-record.ts'
import { numberKeyOf } from '../shared/store/ledger/places.ts'
import type { ReplicasWish } from '../shared/store/server/wait-for-replicas.ts'
import type { Unseal } from '../shared/sealing/unseal.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import { readVersion } from '../shared/telemetry/version.ts'
import type { Clock, Random } from '../shared/time/clock.ts'
import { isoTimestamp } from '../shared/time/timestamp.ts'
import type { Gate } from '../queue/dispatch.ts'
import { createAdmission } from './attempt/admission.ts'
import { breakerRulesOf } from './attempt/breaker-rules.ts'
import type { AttemptContext, Verification } from './attempt/context.ts'
import { createReplicas } from './attempt/replicas.ts'
import { runAttempt } from './attempt/run-attempt.ts'
import { createBridge, type Bridge } from './bridge/bridge.ts'
import { readDepths, type Depths } from './depths.ts'
import { watchAuthorization, type DestinationStatus } from './destination-status.ts'
import type { Looks } from './looks.ts'
import type { NumberKeyOf } from './number-keys.ts'
import { createHeartbeat, type SayAlive } from './heartbeat.ts'
import { createHistory } from './keep-history.ts'
import { watchHolds } from './holds.ts'
import { onceAgreed } from './once-agreed.ts'
import { createPartition } from './partition.ts'
import { createExpiry } from './maintenance/expiry.ts'
import { createRuns } from './runs/runs.ts'
import { createSiblings } from './siblings.ts'
import { createSchedule } from './schedule/schedule.ts'
import { createSealKeys, type SealKeys } from './sealing/seal-keys.ts'
import { withoutSealKeys } from './sealing/sealing.ts'
import { unsealingClient, unsealingVerification } from './sealing/unsealing.ts'
import type { WorkerTimes } from './times.ts'
import { createWaitingTimes } from './waiting-time.ts'
import type { Turns } from './turns.ts'
import type { UnderWay } from './under-way.ts'
import type { Waits } from './waits.ts'

/** What all destinations of a worker share. */
export interface WorkerScope {
  /** One command connection for all. */
  redis: Redis
  namespace: string
  /** The name of this process in consumer groups. */
  consumer: string
  times: WorkerTimes
  /** Redis' time. */
  clock: Clock
  queueClock: Pick<Clock, 'now'>
  random: Random
  observe: Observer
  numberKeyOf: NumberKeyOf
  beat: SayAlive
  looksOf: (ref: DestinationRef) => Looks
  /** By a connection on which nobody waits. */
  waitsOf: (command: Redis) => Waits
  /** Of all destinations together. */
  underWay: UnderWay
  /** For pages of entries, and for attempts. */
  turnsOf: (destination: string) => Turns
  /** RINGBACK_NUMBER_KEY. */
  numberKey: string | undefined
  /** By how many an attempt must be known before it is sent; undefined: by none. */
  replicas?: ReplicasWish | undefined
  attemptSpans: AttemptSpans
}

/** One destination that a worker serves. */
export interface Destination {
  name: string
  service: Service
  status: () => DestinationStatus
  /** What people and the breaker have decided about it. */
  control: () => Promise<Control>
  depths(): Promise<Depths>
  /** Where it has the keys for sealed numbers. */
  unseal: Unseal | undefined
  /** Nothing waits, nothing is under way, and no run has more to do. */
  isDrained(): Promise<boolean>
  redisIsBack(): void
}

export function createDestination(config: DestinationConfig, worker: WorkerScope): Destination {
  const { redis, clock } = worker
  const { name } = config
  const store = openStore(redis, { namespace: worker.namespace, destination: name })
  const authorization = watchAuthorization(worker.observe)
  const looks = worker.looksOf(store.ref)
  const sealing = sealKeysOf(config, worker, store)
  const scope = { ...worker, store, looks, sealing, observe: authorization.observe }
  const queue = createCallbackQueue(store)
  const salesforce = openSalesforce(config, clock, (answer) => {
    const code = answer.kind === 'granted' ? undefined : answer.code
    scope.observe({ event: 'token.answered', destination: name, result: answer.kind, code })
  })
  const bridge = bridgeOf(config, scope, queue)
  const replicas = worker.replicas && createReplicas(store, worker.replicas)
  const context = { replicas, ...attemptContextOf(config, scope, salesforce) }
  const processor = processorOf(config, scope, context)
  const expiry = createExpiry({ context, queue, everyMs: scope.times.expiryMs })
  const runs = runsOf(context, scope, queue)
  const { lookMs: everyMs } = scope.times
  const schedule = createSchedule({ ...scope, queue, everyMs })
  const waitingTimes = createWaitingTimes(clock)
  const close = async () => {
    await queue.close()
    salesforce.close()
    replicas?.close()
  }
  const depths = () => readDepths({ store, queue, waitingTimes, clock, rate: config.rate })
  return {
    name,
    service: onceAgreed(
      combineServices(
        name,
        [
          ...(sealing === undefined ? [] : [sealing.service]),
          bridge,
          processor,
          expiry,
          runs,
          schedule,
          heartbeatOf(config, scope),
          historyOf(scope),
          ...siblingsOf(config, scope),
        ],
        close,
      ),
      { ...scope, ref: store.ref, partitions: config.partitions, close },
    ),
    status: () => ({
      bridge: bridge.status(),
      processor: processor.status(),
      authorized: authorization.isGiven(),
    }),
    control: () => inspectControl(store, { rate: config.rate }),
    depths,
    unseal: sealing?.unseal,
    isDrained: async () => holdsNothing(await depths(), await readActiveRuns(store)),
    redisIsBack: () => bridge.redisIsBack(),
  }
}

function holdsNothing({ inbox, queue }: Depths, runs: readonly string[]): boolean {
  return inbox === 0 && runs.length === 0 && Object.values(queue).every((jobs) => jobs === 0)
}

function sealKeysOf(
  { sealing: { keysFile, required, bound } }: DestinationConfig,
  { times, clock, observe }: WorkerScope,
  store: DestinationStore,
): SealKeys | undefined {
  const everyMs = times.sealKeysMs
  return keysFile === undefined
    ? undefined
    : createSealKeys({ store, file: keysFile, required, bound, everyMs, clock, observe })
}

/** Two keys may have one mark; what is to be told apart here are those of a few workers. */
function heartbeatOf(config: DestinationConfig, scope: DestinationScope): Service {
  const { store, consumer, numberKey, times, beat, clock, observe } = scope
  return createHeartbeat({
    store,
    worker: {
      name: consumer,
      version: readVersion(),
      startedAt: isoTimestamp(clock.now()),
      settings: {
        ...describeShared(config),
        numberKey: numberKey === undefined ? 'none' : `mark ${numberKeyOf(numberKey).mark}`,
      },
    },
    beat,
    everyMs: times.heartbeatMs,
    clock,
    observe,
  })
}

function historyOf({ store, times, clock, observe }: DestinationScope): Service {
  return createHistory({ store, everyMs: times.historyMs, clock, observe })
}

/** Of all its partitions, beside the first one. */
function siblingsOf(
  { partitions, breaker }: DestinationConfig,
  { redis, store: { ref }, times, clock, observe }: DestinationScope,
): Service[] {
  const isFirst = partitionIn(ref.destination).partition === 0
  if (partitions === 1 || !isFirst || !breaker.isOn) return []
  return [createSiblings({ redis, ref, partitions, everyMs: times.siblingsMs, clock, observe })]
}

interface DestinationScope extends WorkerScope {
  store: DestinationStore
  looks: Looks
  sealing: SealKeys | undefined
}

function bridgeOf(
  { retentionMs, expireAfterMs, partitions }: DestinationConfig,
  scope: DestinationScope,
  queue: CallbackQueue,
): Bridge {
  const { redis, store, looks, consumer, times, clock, observe, numberKeyOf, sealing } = scope
  const { abandonedMs, stalledMs } = times
  return createBridge({
    store,
    openInbox: () => scope.waitsOf(store.redis).inboxOf(store),
    looks,
    queue,
    turns: scope.turnsOf(store.ref.destination),
    clock,
    observe,
    numberKeyOf,
    sealing,
    partition: createPartition(redis, store.ref, partitions),
    retentionMs,
    expireAfterMs,
    consumer,
    abandonedMs,
    stalledMs,
  })
}

function processorOf(
  config: DestinationConfig,
  scope: DestinationScope,
  context: AttemptContext,
): Service {
  const { store, looks, times, clock, queueClock, observe, waitsOf, underWay } = scope
  const gate = admissionOf(config, scope)
  const turns = scope.turnsOf(config.name)
  return createProcessor({
    store,
    openJobs: () => waitsOf(store.redis).jobsOf(store),
    // Whoever cannot look must not take it that there is nothing.
    lay: () => looks.latest().catch(() => ({ hasActive: true, hasJobs: true })),
    perform: (job, pass, cutShort) =>
      underWay.during(`${config.name}:${job.id}`, async () => {
        await turns.take()
        return await runAttempt({ job, pass, gate, context }, cutShort)
      }),
    gate,
    waitingRoom: turns,
    concurrency: config.concurrency,
    lockMs: times.lockMs,
    clock,
    queueClock,
    observe,
  })
}

function runsOf(
  { retentionMs, verification }: AttemptContext,
  scope: DestinationScope,
  queue: CallbackQueue,
): Service {
  const { store, looks, clock, observe, consumer, times, numberKeyOf } = scope
  return createRuns({
    numberKeyOf,
    store,
    looks,
    queue,
    verification,
    clock,
    observe,
    holder: consumer,
    // Short, so that a run hardly stands still when its worker is replaced: two at a time do no harm.
    leaseMs: 5 * times.runsMs,
    everyMs: times.runsMs,
    retentionMs,
  })
}

/** An attempt, and what comes before and after it. */
const aroundAnAttemptMs = 5_000

function admissionOf(config: DestinationConfig, scope: DestinationScope): Gate {
  const { store } = scope
  const { rate, maxInFlight, livePercent, attemptTimeoutMs } = config
  return createAdmission({
    store,
    rate,
    maxInFlight,
    livePercent,
    leaseMs: attemptTimeoutMs + aroundAnAttemptMs,
    onAdmission: watchHolds({ ...scope, rate }),
  })
}

function attemptContextOf(
  config: DestinationConfig,
  scope: DestinationScope,
  { client, finder }: Salesforce,
): AttemptContext {
  const { store, times, attemptSpans, clock, random, observe } = scope
  const { unseal } = scope.sealing ?? withoutSealKeys
  const { retry, breaker, onUncertain, verify, retentionMs } = config
  const verification: Verification | undefined = finder &&
    verify && {
      search: (query, signal) => finder.search(query, signal),
      marginMs: verify.marginMs,
    }
  return {
    store,
    client: unsealingClient(client, unseal),
    verification: verification && unsealingVerification(verification, unseal),
    policy: retry,
    breakerRules: breakerRulesOf(breaker),
    onUncertain,
    verifyGraceMs: verify?.graceMs ?? 0,
    retentionMs,
    sendWithinMs: times.sendWithinMs,
    attemptSpans,
    clock,
    random,
    observe,
  }
}
