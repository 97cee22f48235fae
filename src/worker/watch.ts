import { rest } from '../shared/lifecycle/rest.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import type { Looked } from '../shared/store/control/look.ts'
import type { Clock } from '../shared/time/clock.ts'

/** What was seen of each destination that was asked for: as it is, or what is wrong with it. */
export type Sight = (ref: DestinationRef) => Looked | Error

export interface WatchContext {
  /** As it was at most so long ago as a look stays fresh. */
  lookAt: (refs: readonly DestinationRef[]) => Promise<Sight>
  freshForMs: () => number
  /** How long a look stays fresh, and how long one that failed is not repeated. */
  freshMs: number
  clock: Clock
}

/** Somebody who is told of every look at a destination. */
export interface Watcher {
  ref: DestinationRef
  see: (seen: Looked | Error) => void
}

/**
 * One timer for all who watch, and nothing but a call for each: of three hundred idle destinations each would else wake the
 * process several times a second. Undone by the signal.
 */
export function createWatch(
  context: WatchContext,
): (watcher: Watcher, signal: AbortSignal) => void {
  const { lookAt, freshForMs, freshMs, clock } = context
  const watchers = new Set<Watcher>()
  let unneeded = new AbortController()

  async function tellAll({ signal }: AbortController): Promise<void> {
    const untilStale = () => rest(clock, Math.max(1, freshForMs()), signal)
    await untilStale()
    while (!signal.aborted) {
      try {
        tell(await lookAt([...watchers].map(({ ref }) => ref)))
        await untilStale()
      } catch (error) {
        tell(() => asError(error))
        await rest(clock, freshMs, signal)
      }
    }
  }

  function tell(seen: Sight): void {
    for (const { ref, see } of [...watchers]) see(seen(ref))
  }

  function leave(watcher: Watcher): void {
    watchers.delete(watcher)
    if (watchers.size === 0) unneeded.abort()
  }

  return (watcher, signal) => {
    if (signal.aborted) return
    signal.addEventListener('abort', () => leave(watcher), { once: true })
    watchers.add(watcher)
    if (watchers.size > 1) return
    unneeded = new AbortController()
    void tellAll(unneeded)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
