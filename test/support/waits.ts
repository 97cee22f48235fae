import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { createWaits, type WaitsContext } from '../../src/worker/waits.ts'

/** Of a destination that is alone in its process. */
export const noTurns = {
  isAlone: () => true,
  take: () => Promise.resolve(),
  isFull: () => false,
  room: () => Promise.resolve(),
}

/** Of a worker that serves one destination. */
export function waitsFor(
  store: DestinationStore,
  { consumer = 'alone', clock = systemClock }: Partial<WaitsContext> = {},
) {
  const { inboxOf, jobsOf } = createWaits({ consumer, clock })(store.redis)
  return { openInbox: () => inboxOf(store), openJobs: () => jobsOf(store) }
}
