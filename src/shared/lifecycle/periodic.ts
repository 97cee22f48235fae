import type { Clock } from '../time/clock.ts'
import { rest } from './rest.ts'
import { createService, type Service } from './service.ts'

export interface Period {
  /** Or how long it is from now until there may be something to do. */
  everyMs: number | (() => number)
  clock: Clock
  /** What a turn threw. The next one follows all the same. */
  onError: (error: unknown) => void
}

/** Takes a turn every so often. */
export function createPeriodic(
  name: string,
  turn: () => Promise<unknown>,
  { everyMs, clock, onError }: Period,
): Service {
  return createService(name, async (stopping) => {
    while (!stopping.aborted) {
      try {
        await turn()
      } catch (error) {
        onError(error)
      }
      await rest(clock, typeof everyMs === 'number' ? everyMs : everyMs(), stopping)
    }
  })
}
