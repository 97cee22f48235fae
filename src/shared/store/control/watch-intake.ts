import type { DestinationStore } from '../../redis/destination-store.ts'
import type { Clock } from '../../time/clock.ts'
import { readIntakePause, readTimeIfAllowed, type IntakePause } from './intake-pause.ts'

export interface IntakeWatch {
  /** The pause that holds now, if any, as it was at most a second ago. However many ask at once, Redis is asked once. */
  pause(store: DestinationStore): Promise<IntakePause | undefined>
}

const freshMs = 1_000

interface Answer {
  pause: IntakePause | undefined
  /** By the clock that nobody sets: Redis' time may be another than this machine's. */
  endsAtMs: number
}

export function watchIntake(clock: Clock): IntakeWatch {
  let last: { asking: Promise<Answer>; askedAtMs: number } | undefined

  async function ask(store: DestinationStore): Promise<Answer> {
    try {
      const pause = await readIntakePause(store)
      if (pause?.untilMs === undefined) return { pause, endsAtMs: Infinity }
      const nowMs = (await readTimeIfAllowed(store.redis)) ?? clock.now()
      return { pause, endsAtMs: clock.monotonic() + pause.untilMs - nowMs }
    } catch (error) {
      // A failure is not remembered: whoever comes next asks again.
      last = undefined
      throw error
    }
  }

  return {
    pause: async (store) => {
      if (last === undefined || clock.monotonic() >= last.askedAtMs + freshMs) {
        last = { asking: ask(store), askedAtMs: clock.monotonic() }
      }
      const { pause, endsAtMs } = await last.asking
      return clock.monotonic() < endsAtMs ? pause : undefined
    },
  }
}
