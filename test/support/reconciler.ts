import { systemClock } from '../../src/shared/time/clock.ts'
import {
  createWalker,
  type Reconciliation,
  type Walker,
} from '../../src/worker/maintenance/walker.ts'
import { createCallbackQueue } from '../../src/queue/callback-queue.ts'
import type { Bundle } from './ringback.ts'

const dayMs = 86_400_000

/** A walker beside whatever workers there are, to which it is tomorrow: what waits for an hour has waited too long. */
export function reconcilerOfTomorrow({ redis, place, recorder }: Bundle): Walker {
  const { namespace, destination } = place
  const queue = createCallbackQueue(redis, place)
  return createWalker({
    redis,
    namespace,
    served: new Map([[destination, { overdueMs: 60_000 }]]),
    queueOf: () => queue,
    clock: { ...systemClock, now: () => systemClock.now() + dayMs },
    observe: recorder.observe,
  })
}

/** What the turns of one whole round came to, together. Other tests' keys lie in the same Redis. */
export async function wholeRound(walker: Walker): Promise<Reconciliation> {
  const turn = await walker.runOnce()
  if (turn.roundEnded) return turn
  const rest = await wholeRound(walker)
  return {
    looked: turn.looked + rest.looked,
    recovered: turn.recovered + rest.recovered,
    relisted: turn.relisted + rest.relisted,
    unlisted: turn.unlisted + rest.unlisted,
    unreconciled: turn.unreconciled + rest.unreconciled,
    roundEnded: true,
  }
}
