import { once } from 'node:events'

import { createProducer } from '../../src/producer/index.ts'
import type { WorkerConfig } from '../../src/shared/config/config.ts'
import { ensureInboxGroup, inboxDepth } from '../../src/shared/store/inbox/inbox.ts'
import { submitRaw } from '../../src/shared/store/inbox/submit.ts'
import { connectPatiently, type Redis } from '../../src/shared/redis/connection.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import type { DestinationRef } from '../../src/shared/redis/keys.ts'
import { systemClock, systemRandom } from '../../src/shared/time/clock.ts'
import { createBridge } from '../../src/worker/bridge/bridge.ts'
import { createNumberKeys } from '../../src/worker/number-keys.ts'
import { workerTimes } from '../../src/worker/times.ts'
import { createCallbackQueue } from '../../src/queue/callback-queue.ts'
import { startWorker } from '../../src/worker/worker.ts'
import { looksAt } from '../../test/support/looks.ts'
import { noTurns, waitsFor } from '../../test/support/waits.ts'
import { workerConfig } from '../../test/support/worker-config.ts'
import {
  callCenter,
  concurrency,
  orgId,
  providerName,
  type Implementation,
  type Submitter,
  type BenchRun,
} from '../implementation.ts'

const lockMs = 30_000
const retentionMs = 7 * 24 * 3_600_000

export const ringback: Implementation = {
  submitters: { enqueue: enqueueing, xadd: addByXadd },
  settleIn: bridgeAll,
  startWorker: (run, onDelivered) => {
    const worker = startWorker({
      config: withDestinations(configOf(run), run.destinations ?? 1),
      times: workerTimes(lockMs),
      clock: systemClock,
      queueClock: systemClock,
      random: systemRandom,
      observe: (event) => {
        if (event.event === 'attempt.settled') onDelivered()
      },
    })
    return {
      stop: async () => {
        await worker.stop()
      },
    }
  },
}

function enqueueing({ redisUrl, ...run }: BenchRun): Submitter {
  const producer = createProducer({ redisUrl, ...placeOf({ redisUrl, ...run }) })
  return {
    submit: async (intent) => {
      const answer = await producer.enqueue(intent)
      return answer.kind === 'accepted' ? Date.parse(answer.dueAt) : NaN
    },
    close: () => producer.close(),
  }
}

/** What a client in another language does: nothing but JSON and XADD. */
export function addByXadd(run: BenchRun): Submitter {
  const redis = connect(run)
  return {
    submit: async (intent) => {
      const entryId = await submitRaw(openStore(redis, placeOf(run)), JSON.stringify(intent))
      return Number.parseInt(entryId) + Number(intent.delay ?? 0)
    },
    close: async () => {
      redis.disconnect()
      await once(redis, 'end')
    },
  }
}

/** Runs a bridge of its own until the inbox is empty. */
async function bridgeAll(run: BenchRun): Promise<void> {
  const ref = placeOf(run)
  const redis = connect(run)
  const store = openStore(redis, ref)
  const queue = createCallbackQueue(store)
  const bridge = createBridge({
    store,
    turns: noTurns,
    openInbox: waitsFor(store, { consumer: 'bench' }).openInbox,
    looks: looksAt(store),
    queue,
    clock: systemClock,
    observe: () => undefined,
    numberKeyOf: createNumberKeys({
      redis,
      setting: undefined,
      isServed: () => true,
      clock: systemClock,
      observe: () => undefined,
    }),
    retentionMs,
    consumer: 'bench',
    abandonedMs: lockMs,
    stalledMs: lockMs,
  })
  await ensureInboxGroup(store)
  const stopping = new AbortController()
  const running = bridge.run(stopping.signal, stopping.signal)
  while ((await inboxDepth(store)) > 0) await systemClock.sleep(10)
  stopping.abort()
  await running
  await queue.close()
  redis.disconnect()
}

function connect({ redisUrl }: BenchRun): Redis {
  return connectPatiently(redisUrl, (error) => {
    throw error
  })
}

function placeOf({ name, destination = 'default' }: BenchRun): DestinationRef {
  return { namespace: name, destination }
}

/** All alike but for their names. */
function withDestinations(config: WorkerConfig, count: number): WorkerConfig {
  const [first] = config.destinations
  if (first === undefined) throw new Error('no destination is configured')
  const others = Array.from({ length: count - 1 }, (_, n) => ({ ...first, name: `d${n + 1}` }))
  return { ...config, destinations: [first, ...others] }
}

/** Without a rate of its own far from every limit, so that the speed of the code is what is measured. */
function configOf(run: BenchRun): WorkerConfig {
  const { namespace } = placeOf(run)
  const { redisUrl, sinkUrl, privateKeyPem, rate = 'none', partitions = 1 } = run
  const salesforceUrl = new URL(sinkUrl).origin
  return workerConfig(
    { redisUrl, namespace, salesforceUrl, privateKeyPem },
    {
      RINGBACK_SALESFORCE_ORG_ID: orgId,
      RINGBACK_SALESFORCE_CALL_CENTER: callCenter,
      RINGBACK_TELEPHONY_PROVIDER_NAME: providerName,
      RINGBACK_RATE: String(rate),
      RINGBACK_PARTITIONS: String(partitions),
      RINGBACK_CONCURRENCY: String(concurrency),
      RINGBACK_LOCK_DURATION: `${lockMs}ms`,
      RINGBACK_MAX_ATTEMPTS: '12',
      RINGBACK_MAX_RETRY_DURATION: '1d',
      RINGBACK_BACKOFF_INITIAL: '30s',
      RINGBACK_BACKOFF_MAX: '1h',
      RINGBACK_RETENTION: `${retentionMs}ms`,
    },
  )
}
