import { once } from 'node:events'

import { createProducer } from '../../src/producer/index.ts'
import type { WorkerConfig } from '../../src/shared/config/config.ts'
import { ensureInboxGroup, inboxDepth } from '../../src/shared/store/inbox/inbox.ts'
import { submitRaw } from '../../src/shared/store/inbox/submit.ts'
import { connectPatiently, type Redis } from '../../src/shared/redis/connection.ts'
import type { Place } from '../../src/shared/redis/keys.ts'
import { systemClock, systemRandom } from '../../src/shared/time/clock.ts'
import { createBridge } from '../../src/worker/bridge/bridge.ts'
import { workerTimes } from '../../src/worker/times.ts'
import { createCallbackQueue } from '../../src/queue/callback-queue.ts'
import { startWorker } from '../../src/worker/worker.ts'
import { workerConfig } from '../../test/support/worker-config.ts'
import {
  callCenter,
  concurrency,
  orgId,
  providerName,
  type Side,
  type Submitter,
  type Trial,
} from '../trial.ts'

const lockMs = 30_000
const retentionMs = 7 * 24 * 3_600_000

export const ringback: Side = {
  submitters: { enqueue: enqueueing, xadd: adding },
  settleIn: bridgeAll,
  startWorker: (trial, onDelivered) => {
    const worker = startWorker({
      config: configOf(trial),
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

function enqueueing({ redisUrl, name: namespace }: Trial): Submitter {
  const producer = createProducer({ redisUrl, namespace })
  return {
    submit: async (intent) => {
      const answer = await producer.enqueue(intent)
      return answer.kind === 'accepted' ? Date.parse(answer.dueAt) : NaN
    },
    close: () => producer.close(),
  }
}

/** What a client in another language does: nothing but JSON and XADD. */
function adding(trial: Trial): Submitter {
  const redis = connect(trial)
  return {
    submit: async (intent) => {
      const entryId = await submitRaw(redis, placeOf(trial), JSON.stringify(intent))
      return Number.parseInt(entryId) + Number(intent.delay ?? 0)
    },
    close: async () => {
      redis.disconnect()
      await once(redis, 'end')
    },
  }
}

/** Runs a bridge of its own until the inbox is empty. */
async function bridgeAll(trial: Trial): Promise<void> {
  const place = placeOf(trial)
  const redis = connect(trial)
  const queue = createCallbackQueue(redis, place)
  const bridge = createBridge({
    redis,
    openBlocking: () => connect(trial),
    place,
    queue,
    clock: systemClock,
    observe: () => undefined,
    retentionMs,
    consumer: 'bench',
    abandonedMs: lockMs,
    stalledMs: lockMs,
  })
  await ensureInboxGroup(redis, place)
  const stopping = new AbortController()
  const running = bridge.run(stopping.signal, stopping.signal)
  while ((await inboxDepth(redis, place)) > 0) await systemClock.sleep(10)
  stopping.abort()
  await running
  await queue.close()
  redis.disconnect()
}

function connect({ redisUrl }: Trial): Redis {
  return connectPatiently(redisUrl, (error) => {
    throw error
  })
}

function placeOf({ name }: Trial): Place {
  return { namespace: name, destination: 'default' }
}

/** Far from every limit: what is measured is how fast it can be done. */
function configOf(trial: Trial): WorkerConfig {
  const { namespace } = placeOf(trial)
  const { redisUrl, sinkUrl, privateKeyPem } = trial
  const salesforceUrl = new URL(sinkUrl).origin
  return workerConfig(
    { redisUrl, namespace, salesforceUrl, privateKeyPem },
    {
      RINGBACK_SALESFORCE_ORG_ID: orgId,
      RINGBACK_SALESFORCE_CALL_CENTER: callCenter,
      RINGBACK_TELEPHONY_PROVIDER_NAME: providerName,
      RINGBACK_RATE: 'none',
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
