import type { Clock } from '../time/clock.ts'

export interface LoopOptions {
  everyMs: number
  clock: Clock
  /** What a turn threw. The loop goes on. */
  onError: (error: unknown) => void
}

/** Calls `runOnce` every so often until the signal is aborted; resolves when the last turn is over. Never rejects. */
export async function runLoop(
  runOnce: () => Promise<unknown>,
  { everyMs, clock, onError }: LoopOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await runOnce()
    } catch (error) {
      onError(error)
    }
    await clock.sleep(everyMs, signal).catch(() => {
      // Woken to stop.
    })
  }
}
