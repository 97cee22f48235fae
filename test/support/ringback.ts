import { createSecretKey } from 'node:crypto'

import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { createProducer, type Producer } from '../../src/producer/index.ts'
import { createKeyPair } from '../../src/sandbox/key-pair.ts'
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import type {
  DestinationConfig,
  VerifyConfig,
  WorkerConfig,
} from '../../src/shared/config/config.ts'
import type { Place } from '../../src/shared/redis/keys.ts'
import { systemClock, systemRandom, type Clock } from '../../src/shared/time/clock.ts'
import type { WorkerTimes } from '../../src/worker/destination.ts'
import { startWorker, type RunningWorker } from '../../src/worker/worker.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { freshNamespace, redisUrl } from './redis.ts'

const keys = createKeyPair()
const orgId = '00DHs00000Kmpyr'
const callCenter = 'scv4cc1'
/** The app that may ask the sandbox what was booked, for the policy `verify`. */
const core = { clientId: 'ringback-test', clientSecret: 'the-secret-of-this-test' }

/** Short times, so that what takes half a minute in production is an event that a test can wait for. */
const quickTimes: WorkerTimes = {
  lockMs: 1_200,
  // What a busy machine holds up is no finding here.
  sendWithinMs: 10_000,
  abandonedMs: 300,
  stalledMs: 60_000,
  strayGraceMs: 0,
  maintenanceMs: 200,
  turnRestMs: 5,
  walkerLeaseMs: 300,
}

export interface Bundle {
  place: Place
  redisUrl: string
  redis: Redis
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
  const place = { namespace: options.namespace ?? freshNamespace(), destination: 'default' }
  const redis = new Redis(url, { protocol: 2, maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  const sandbox = await startSandbox({
    publicKey: keys.publicKey,
    orgId,
    callCenter,
    core,
    clock: systemClock,
  })
  const producer = createProducer({ redisUrl: url, namespace: place.namespace })
  const recorder = createRecorder()
  const { destination = {}, verify = {} } = options
  const config = workerConfig(url, place, { sandbox, destination, verify })
  const workers: RunningWorker[] = []
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.stop()))
    await producer.close()
    redis.disconnect()
    await sandbox.close()
  })
  return {
    place,
    redisUrl: url,
    redis,
    sandbox,
    producer,
    recorder,
    config,
    startWorker: (times = {}, { machine = systemClock, serving } = {}) => {
      const worker = startWorker({
        config: serving === undefined ? config : servingAs(config, serving),
        times: { ...quickTimes, ...times },
        clock: machine,
        random: systemRandom,
        observe: recorder.observe,
      })
      workers.push(worker)
      return worker
    },
  }
}

function workerConfig(
  url: string,
  { namespace, destination: name }: Place,
  {
    sandbox,
    destination,
    verify,
  }: Required<Omit<BundleOptions, 'redisUrl' | 'namespace'>> & { sandbox: Sandbox },
): WorkerConfig {
  return {
    redisUrl: url,
    namespace,
    logLevel: 'silent',
    opsHost: '127.0.0.1',
    opsPort: undefined,
    shutdownDeadlineMs: 5_000,
    lockDurationMs: 1_200,
    destinations: [
      {
        name,
        salesforce: {
          baseUrl: `${sandbox.url}/telephony/v1`,
          orgId,
          callCenter,
          privateKey: keys.privateKey,
          telephonyProviderName: 'ringback-test',
          token: { ttlMs: 300_000, audience: undefined, jti: false },
        },
        rate: undefined,
        concurrency: 10,
        attemptTimeoutMs: 2_000,
        retry: {
          maxAttempts: 5,
          maxRetryDurationMs: 60_000,
          backoff: { initialMs: 20, factor: 2, maxMs: 200 },
          notFoundGraceMs: 0,
        },
        onUncertain: 'retry',
        verify: destination.onUncertain === 'verify' ? verifyConfig(sandbox, verify) : undefined,
        retentionMs: 60_000,
        ...destination,
      },
    ],
  }
}

function servingAs(config: WorkerConfig, names: readonly string[]): WorkerConfig {
  const destinations = config.destinations.flatMap((each) =>
    names.map((name) => ({ ...each, name })),
  )
  return { ...config, destinations }
}

function verifyConfig({ url }: Sandbox, settings: Partial<VerifyConfig>): VerifyConfig {
  const clientSecret = createSecretKey(core.clientSecret, 'utf8')
  return {
    ...{ instanceUrl: url, tokenUrl: `${url}/services/oauth2/token`, clientId: core.clientId },
    ...{ apiVersion: 'v66.0', byCallId: false, graceMs: 100, marginMs: 1_000 },
    credential: { kind: 'client-credentials', clientSecret },
    ...settings,
  }
}
