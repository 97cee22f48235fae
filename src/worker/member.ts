import { setMaxListeners } from 'node:events'

import type { DestinationConfig } from '../shared/config/config.ts'
import { settlesWithin } from '../shared/lifecycle/settles-within.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { Destination } from './destination.ts'

export interface MemberContext {
  create: (config: DestinationConfig) => Destination
  clock: Clock
  /** How long attempts under way may take when a destination alone is stopped. */
  deadlineMs: number
}

/** A destination that is being served. */
export interface Member {
  readonly config: DestinationConfig
  readonly destination: Destination
  /** It is to be served until nothing of it waits, and no longer. */
  isDraining(): boolean
  drain(): void
  /** It is not to be drained after all. */
  keep(): void
  /** As a worker stops: takes no more, finishes what it has in hand, and is cut short at the deadline. */
  stop(): Promise<void>
  readonly ended: Promise<void>
}

/** What ends all of a worker's destinations. */
interface Ending {
  stopping: AbortSignal
  cutShort: AbortSignal
}

export function startMember(
  config: DestinationConfig,
  { create, clock, deadlineMs }: MemberContext,
  all: Ending,
): Member {
  const destination = create(config)
  const stopping = new AbortController()
  const cutShort = new AbortController()
  const signals = [
    AbortSignal.any([all.stopping, stopping.signal]),
    AbortSignal.any([all.cutShort, cutShort.signal]),
  ] as const
  // As many listen as there are services, and attempts under way.
  setMaxListeners(0, ...signals)
  const ended = destination.service.run(...signals)
  let isDraining = false
  return {
    config,
    destination,
    isDraining: () => isDraining,
    drain: () => {
      isDraining = true
    },
    keep: () => {
      isDraining = false
    },
    stop: async () => {
      stopping.abort()
      if (await settlesWithin(ended, deadlineMs, clock)) return
      cutShort.abort(new Error('the destination is stopping and its deadline is over'))
      await ended
    },
    ended,
  }
}
