import { onTestFinished } from 'vitest'

import type { Service } from '../../src/shared/lifecycle/service.ts'

export interface RunningService {
  /** Resolves when it has ended. */
  stop: () => Promise<void>
  /** The same, for one that has no time left for what it has in hand. */
  cutShort: () => Promise<void>
}

/** A service that ends with its test, if not before. */
export function runService(service: Service): RunningService {
  const stopping = new AbortController()
  const cut = new AbortController()
  const ended = service.run(stopping.signal, cut.signal)
  const stop = async () => {
    stopping.abort()
    await ended
  }
  const cutShort = async () => {
    cut.abort()
    await stop()
  }
  onTestFinished(cutShort)
  return { stop, cutShort }
}
