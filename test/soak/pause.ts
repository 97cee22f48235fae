import { setMaxListeners } from 'node:events'

import { systemClock } from '../../src/shared/time/clock.ts'

/** Resolves after this long, or when the fault phase is over. */
export type Pause = (ms: number) => Promise<void>

export function pauseUntil(over: AbortSignal): Pause {
  // One for every fault that goes on.
  setMaxListeners(0, over)
  return async (ms) => {
    if (ms > 0) await systemClock.sleep(ms, over).catch(() => undefined)
  }
}
