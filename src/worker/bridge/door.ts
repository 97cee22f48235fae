import { isPoisonMessage } from '../../shared/redis/poison.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { moveFromDoor } from '../../shared/store/inbox/door-to-inbox.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { reportFailure } from './move-entries.ts'

export interface DoorContext {
  store: DestinationStore
  clock: Clock
  observe: Observer
}

export interface Door {
  /** Moves into the inbox some of what lies there, if something has been seen there, or is expected. */
  look(isSeen: boolean): Promise<void>
  /** Until something is expected. Infinite, where nothing is. */
  restsForMs(): number
}

/** Who has just used it may be about to do so again. */
const busyMs = 100

export function watchDoor(context: DoorContext): Door {
  const { store, clock } = context
  let nextAtMs = Infinity

  async function restMs(): Promise<number> {
    try {
      const { moved, left } = await moveFromDoor(store)
      if (moved === 0) return Infinity
      return left > 0 ? 0 : busyMs
    } catch (error) {
      // A key of another type must not keep out what others put into the inbox.
      if (!isPoisonMessage(error)) throw error
      reportFailure(context, undefined, error)
      return Infinity
    }
  }

  return {
    look: async (isSeen) => {
      const nowMs = clock.monotonic()
      if (!isSeen && nowMs < nextAtMs) return
      nextAtMs = nowMs + (await restMs())
    },
    restsForMs: () => Math.max(0, nextAtMs - clock.monotonic()),
  }
}
