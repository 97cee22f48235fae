import { rest } from '../shared/lifecycle/rest.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import type { Looked } from '../shared/store/control/look.ts'
import type { Clock } from '../shared/time/clock.ts'

export interface WatchContext {
  /** As it was at most so long ago as a look stays fresh. */
  latest: (ref: DestinationRef) => Promise<Looked>
  freshForMs: () => number
  clock: Clock
}

/** Somebody who has nothing to do before something is so. */
export interface Watching {
  ref: DestinationRef
  isSo: (looked: Looked) => boolean
  signal: AbortSignal
}

interface Watcher extends Watching {
  settle: (looked: Looked | undefined) => void
  fail: (error: unknown) => void
}

/** One timer for all that wait: of three hundred idle destinations each would else wake the process several times a second. */
export function createWatch(
  context: WatchContext,
): (watching: Watching) => Promise<Looked | undefined> {
  const { latest, freshForMs, clock } = context
  const watchers = new Set<Watcher>()
  let unneeded = new AbortController()

  function leave(watcher: Watcher): void {
    if (watchers.delete(watcher) && watchers.size === 0) unneeded.abort()
  }

  async function tell(watcher: Watcher): Promise<void> {
    try {
      const looked = await latest(watcher.ref)
      if (watcher.isSo(looked)) watcher.settle(looked)
    } catch (error) {
      watcher.fail(error)
    }
  }

  async function tellAll({ signal }: AbortController): Promise<void> {
    while (!signal.aborted) {
      await rest(clock, Math.max(1, freshForMs()), signal)
      await Promise.all([...watchers].map(tell))
    }
  }

  function join(watcher: Watcher): void {
    watchers.add(watcher)
    if (watchers.size > 1) return
    unneeded = new AbortController()
    void tellAll(unneeded)
  }

  return async (watching) => {
    const { signal } = watching
    const left = new AbortController()
    try {
      return await new Promise((settle, fail) => {
        const watcher = { ...watching, settle, fail }
        left.signal.addEventListener('abort', () => leave(watcher))
        signal.addEventListener('abort', () => settle(undefined), { signal: left.signal })
        if (signal.aborted) settle(undefined)
        else join(watcher)
      })
    } finally {
      left.abort()
    }
  }
}
