import { systemClock } from '../../src/shared/time/clock.ts'
import {
  createReconciler,
  type Reconciler,
  type Reconciliation,
} from '../../src/worker/maintenance/reconciler.ts'
import { createCallbackQueue } from '../../src/worker/queue.ts'
import type { Bundle } from './ringback.ts'

const dayMs = 86_400_000

/** A reconciler beside whatever workers there are, to which it is tomorrow: what waits for an hour has waited too long. */
export function reconcilerOfTomorrow({ redis, place, recorder }: Bundle): Reconciler {
  return createReconciler({
    redis,
    place,
    queue: createCallbackQueue(redis, place),
    clock: { ...systemClock, now: () => systemClock.now() + dayMs },
    observe: recorder.observe,
    overdueMs: 60_000,
  })
}

/** What the turns of one whole round came to, together. Other tests' keys lie in the same Redis. */
export async function wholeRound(reconciler: Reconciler): Promise<Reconciliation> {
  const turn = await reconciler.runOnce()
  if (turn.roundEnded) return turn
  const rest = await wholeRound(reconciler)
  return {
    looked: turn.looked + rest.looked,
    recovered: turn.recovered + rest.recovered,
    relisted: turn.relisted + rest.relisted,
    unlisted: turn.unlisted + rest.unlisted,
    unreconciled: turn.unreconciled + rest.unreconciled,
    roundEnded: true,
  }
}
