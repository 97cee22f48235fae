import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { createLooks, type Looks } from '../../src/worker/looks.ts'

/** Of a worker that serves one destination. */
export function looksAt({ redis, ref }: DestinationStore): Looks {
  return createLooks({ redis, refs: () => [ref], clock: systemClock, freshMs: 1_000 })(ref)
}
