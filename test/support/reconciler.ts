import { systemClock } from '../../src/shared/time/clock.ts'
import {
  createWalker,
  type Reconciliation,
  type Walker,
} from '../../src/worker/maintenance/walker.ts'
import { createCallbackQueue } from '../../src/queue/callback-queue.ts'
import { testNumberKey } from './number-key.ts'
import type { Bundle } from './ringback.ts'

const dayMs = 86_400_000

/** A walker beside whatever workers there are, to which it is tomorrow: what waits for an hour has waited too long. */
export function reconcilerOfTomorrow({ store, recorder }: Bundle): Walker {
  const { namespace, destination } = store.ref
  const queue = createCallbackQueue(store)
  return createWalker({
    redis: store.redis,
    namespace,
    served: () => new Map([[destination, { overdueMs: 60_000 }]]),
    queueOf: () => queue,
    clock: { ...systemClock, now: () => systemClock.now() + dayMs },
    observe: recorder.observe,
    numberKeyOf: () => Promise.resolve(testNumberKey),
  })
}

/** What the turns of one whole round came to, together. Other tests' keys lie in the same Redis. */
export async function wholeRound(walker: Walker): Promise<Reconciliation> {
  const batch = await walker.runOnce()
  if (batch.passEnded) return batch
  const rest = await wholeRound(walker)
  return {
    scanned: batch.scanned + rest.scanned,
    recovered: batch.recovered + rest.recovered,
    relisted: batch.relisted + rest.relisted,
    unlisted: batch.unlisted + rest.unlisted,
    unreconciled: batch.unreconciled + rest.unreconciled,
    placed: batch.placed + rest.placed,
    pruned: batch.pruned + rest.pruned,
    passEnded: true,
  }
}
