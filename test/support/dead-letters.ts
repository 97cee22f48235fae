import type { Fault } from '../../src/sandbox/faults.ts'
import { sampleCallbacks, type SampleCallback } from './callbacks.ts'
import { resultsOfAll } from './results.ts'
import type { Bundle } from './ringback.ts'

interface Deaths {
  prefix?: string
  fault?: Fault
  /** When their customers asked; ISO. */
  requestedAt?: string
}

/** So many callbacks that Salesforce has refused; it refuses none any more. */
export async function letManyDie(
  bundle: Bundle,
  count: number,
  { prefix = 'cb', fault = { do: 'refuse' }, requestedAt }: Deaths = {},
): Promise<SampleCallback[]> {
  const { sandbox, producer } = bundle
  const callbacks = sampleCallbacks(count, prefix)
  const intents = callbacks.map((each) => (requestedAt ? { ...each, requestedAt } : each))
  sandbox.setFaults([fault])
  for await (const { kind } of producer.enqueueMany(intents)) {
    if (kind !== 'accepted') throw new Error(`was ${kind}`)
  }
  const worker = bundle.startWorker()
  await resultsOfAll(
    bundle,
    callbacks.map(({ id }) => id),
  )
  await worker.stop()
  sandbox.setFaults([])
  return callbacks
}
