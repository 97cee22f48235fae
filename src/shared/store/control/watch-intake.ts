import type { DestinationStore } from '../../redis/destination-store.ts'
import type { Clock } from '../../time/clock.ts'
import { readIntake, readTimeIfAllowed, type IntakePause } from './intake-pause.ts'

export interface IntakeWatch {
  /** As it was at most a second ago. However many ask at once, Redis is asked once. */
  look(store: DestinationStore): Promise<SeenIntake>
}

export interface SeenIntake {
  /** That holds now, if any. */
  pause: IntakePause | undefined
  /** How many the destination has. */
  partitions: number
}

const freshMs = 1_000

interface Answer extends SeenIntake {
  /** By the clock that nobody sets: Redis' time may be another than this machine's. */
  endsAtMs: number
}

export function watchIntake(clock: Clock): IntakeWatch {
  let last: { asking: Promise<Answer>; askedAtMs: number } | undefined

  async function ask(store: DestinationStore): Promise<Answer> {
    try {
      const { pause, partitions } = await readIntake(store)
      if (pause?.untilMs === undefined) return { pause, partitions, endsAtMs: Infinity }
      const nowMs = (await readTimeIfAllowed(store.redis)) ?? clock.now()
      return { pause, partitions, endsAtMs: clock.monotonic() + pause.untilMs - nowMs }
    } catch (error) {
      // A failure is not remembered: whoever comes next asks again.
      last = undefined
      throw error
    }
  }

  return {
    look: async (store) => {
      if (last === undefined || clock.monotonic() >= last.askedAtMs + freshMs) {
        last = { asking: ask(store), askedAtMs: clock.monotonic() }
      }
      const { pause, partitions, endsAtMs } = await last.asking
      return { pause: clock.monotonic() < endsAtMs ? pause : undefined, partitions }
    },
  }
}
