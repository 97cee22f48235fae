import { setMaxListeners } from 'node:events'

import type { Clock } from '../time/clock.ts'
import type { Service } from './service.ts'
import { settlesWithin } from './settles-within.ts'

export interface StopTimes {
  /** How long work in hand may take after the services were told to stop. */
  deadlineMs: number
  /** What was cut short at the deadline still needs a moment to write down what it came to. */
  finalWriteMs: number
  /** Resolves when nothing comes of waiting any longer: nothing is lost by leaving what has not ended by then. */
  pointless?: Promise<void>
}

export interface Supervised {
  /**
   * Tells all services to stop, and waits until they have ended. At the deadline tells them to cut their work short, and
   * waits for their last writes, however many have ended by then. False: the deadline came first.
   */
  stop(times: StopTimes): Promise<boolean>
}

/**
 * Starts all services at once, in this order. One that rejects has a bug, and nobody knows what it leaves undone: the
 * rejection is left unhandled, so that the process ends and another one takes over.
 */
export function supervise(services: readonly Service[], clock: Clock): Supervised {
  const stopping = new AbortController()
  const cutShort = new AbortController()
  // As many listen as there are services, and attempts under way.
  setMaxListeners(0, stopping.signal, cutShort.signal)
  const ended = Promise.all(services.map((each) => each.run(stopping.signal, cutShort.signal)))
  return {
    stop: async ({ deadlineMs, finalWriteMs, pointless }) => {
      stopping.abort()
      const left = pointless?.then(() => cutShort.abort(new Error('there is nothing to wait for')))
      const over = left === undefined ? ended : Promise.race([ended, left])
      if (await settlesWithin(over, deadlineMs, clock)) return true
      cutShort.abort(new Error('the worker is stopping and its deadline is over'))
      await settlesWithin(ended, finalWriteMs, clock)
      return false
    },
  }
}
