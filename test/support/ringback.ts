import { onTestFinished } from 'vitest'

import { createProducer, type Producer } from '../../src/producer/index.ts'
import { createKeyPair } from '../../src/sandbox/key-pair.ts'
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import type {
  DestinationConfig,
  VerifyConfig,
  WorkerConfig,
} from '../../src/shared/config/config.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { systemClock, systemRandom, type Clock } from '../../src/shared/time/clock.ts'
import type { WorkerTimes } from '../../src/worker/times.ts'
import { startWorker, type RunningWorker } from '../../src/worker/worker.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { freshNamespace, openRedis, redisUrl } from './redis.ts'
import { callCenter, core, orgId, workerConfig, type Surroundings } from './worker-config.ts'

const keys = createKeyPair()

/** Short times, so that what takes half a minute in production is an event that a test can wait for. */
const quickSettings = {
  RINGBACK_RATE: 'none',
  RINGBACK_CONCURRENCY: '10',
  RINGBACK_ATTEMPT_TIMEOUT: '2s',
  RINGBACK_SHUTDOWN_DEADLINE: '5s',
  RINGBACK_LOCK_DURATION: '1200ms',
  RINGBACK_MAX_ATTEMPTS: '5',
  RINGBACK_MAX_RETRY_DURATION: '1m',
  RINGBACK_BACKOFF_INITIAL: '20ms',
  RINGBACK_BACKOFF_MAX: '200ms',
  RINGBACK_VERIFY_GRACE: '100ms',
  RINGBACK_VERIFY_MARGIN: '1s',
  RINGBACK_RETENTION: '1m',
}

const quickTimes: WorkerTimes = {
  lockMs: 1_200,
  // What a busy machine holds up is not a finding here.
  sendWithinMs: 10_000,
  abandonedMs: 300,
  stalledMs: 60_000,
  strayGraceMs: 0,
  maintenanceMs: 200,
  expiryMs: 200,
  heartbeatMs: 200,
  sealKeysMs: 50,
  historyMs: 200,
  runsMs: 50,
  siblingsMs: 50,
  drainMs: 50,
  lookMs: 50,
  batchRestMs: 5,
  walkerLeaseMs: 300,
}

export interface Bundle {
  store: DestinationStore
  redisUrl: string
  sandbox: Sandbox
  producer: Producer
  recorder: Recorder
  config: WorkerConfig
  startWorker: (times?: Partial<WorkerTimes>, world?: WorkerWorld) => RunningWorker
}

/** What a worker of a test meets. */
export interface WorkerWorld {
  /** The clock of its machine. */
  machine?: Clock
  /** The names under which it serves the test's destination. */
  serving?: readonly string[]
  /** How it reaches Redis: as another user, say. */
  redisUrl?: string
  redisSecurity?: NonNullable<WorkerConfig['redisSecurity']>
  namespace?: string
  attemptSpans?: WorkerConfig['attemptSpans']
}

export interface BundleOptions {
  redisUrl?: string
  /** Default: one that no other test uses. */
  namespace?: string
  destination?: Partial<DestinationConfig>
  /** For the policy `verify`. */
  verify?: Partial<VerifyConfig>
}

/** A namespace, a Salesforce and a producer of this test's own, and workers on demand. All are gone when it ends. */
export async function setup(options: BundleOptions = {}): Promise<Bundle> {
  const url = options.redisUrl ?? redisUrl()
  const ref = { namespace: options.namespace ?? freshNamespace(), destination: 'default' }
  const redis = openRedis(url)
  const store = openStore(redis, ref)
  const sandbox = await startSandbox({
    publicKey: keys.publicKey,
    orgId,
    callCenter,
    core,
    clock: systemClock,
  })
  const producer = createProducer({ redisUrl: url, namespace: ref.namespace })
  const recorder = createRecorder()
  const { privateKeyPem } = keys
  const surroundings = {
    redisUrl: url,
    namespace: ref.namespace,
    salesforceUrl: sandbox.url,
    privateKeyPem,
  }
  const config = configOf(surroundings, options)
  const workers: RunningWorker[] = []
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.stop()))
    await producer.close()
    redis.disconnect()
    await sandbox.close()
  })
  return {
    store,
    redisUrl: url,
    sandbox,
    producer,
    recorder,
    config,
    startWorker: (times = {}, { machine = systemClock, serving, ...ownRedis } = {}) => {
      const own = { ...config, ...ownRedis }
      const worker = startWorker({
        config: serving === undefined ? own : servingAs(own, serving),
        times: { ...quickTimes, ...times },
        clock: machine,
        queueClock: systemClock,
        random: systemRandom,
        observe: recorder.observe,
      })
      workers.push(worker)
      return worker
    },
  }
}

/** What a test says of its destination may be shorter than any setting. */
function configOf(
  surroundings: Surroundings,
  { destination, verify }: BundleOptions,
): WorkerConfig {
  const RINGBACK_ON_UNCERTAIN = destination?.onUncertain ?? 'retry'
  const config = workerConfig(surroundings, { ...quickSettings, RINGBACK_ON_UNCERTAIN })
  const destinations = config.destinations.map((each) => ({
    ...each,
    verify: each.verify && { ...each.verify, ...verify },
    ...destination,
  }))
  return { ...config, destinations }
}

function servingAs(config: WorkerConfig, names: readonly string[]): WorkerConfig {
  const destinations = config.destinations.flatMap((each) =>
    names.map((name) => ({ ...each, name })),
  )
  return { ...config, destinations }
}
