import { createCallbackQueue } from '../baseline/callback-queue.ts'
import { startCallbackWorker } from '../baseline/callback-worker.ts'
import {
  callCenter,
  concurrency,
  orgId,
  providerName,
  type Implementation,
  type Submitter,
  type BenchRun,
} from '../implementation.ts'

export const baseline: Implementation = {
  submitters: { add: createSubmitter },
  settleIn: async () => Promise.resolve(),
  startWorker: ({ name, redisUrl, sinkUrl, privateKeyPem }, onDelivered) => {
    const worker = startCallbackWorker({
      redisUrl,
      queueName: name,
      baseUrl: sinkUrl,
      privateKeyPem,
      orgId,
      callCenter,
      providerName,
      concurrency,
      onDelivered,
    })
    return { stop: () => worker.close() }
  },
}

function createSubmitter({ redisUrl, name }: BenchRun): Submitter {
  const queue = createCallbackQueue(redisUrl, name)
  return {
    submit: async ({ id = '', callId, callbackNumber, isPreviewCallback, attributes, delay }) => {
      const payload = { id, callId, callbackNumber, isPreviewCallback, attributes }
      const delayMs = Number(delay ?? 0)
      const options = { jobId: `cb-${id}`, ...(delayMs > 0 ? { delay: delayMs } : {}) }
      const job = await queue.add('callback', payload, options)
      return job.timestamp + delayMs
    },
    close: () => queue.close(),
  }
}
