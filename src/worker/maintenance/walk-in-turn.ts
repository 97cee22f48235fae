import type { Clock } from '../../shared/time/clock.ts'
import { holdLease, type LeaseOptions } from '../../shared/store/walk/lease.ts'
import type { Walker } from './walker.ts'

export interface WalkOptions {
  walker: Walker
  lease: LeaseOptions
  /** Between two rounds. */
  everyMs: number
  /** Between two turns of a round. */
  restMs: number
  clock: Clock
  onError: (part: 'lease' | 'walk', error: unknown) => void
}

/**
 * Walks for as long as this process holds the lease, so that one worker walks for all. A walker that has lost it goes on
 * where it stopped when it has it again: where turns take longer than the lease, several walk by turns, and each arrives.
 * Resolves when the signal is aborted and the turn is over. Never rejects.
 */
export async function walkInTurn(
  { walker, lease, everyMs, restMs, clock, onError }: WalkOptions,
  signal: AbortSignal,
): Promise<void> {
  const askAgainMs = lease.ttlMs / 3
  let nextTurnAtMs = clock.monotonic()

  async function takeTurn(): Promise<void> {
    try {
      const { roundEnded } = await walker.runOnce(signal)
      nextTurnAtMs = clock.monotonic() + (roundEnded ? everyMs : restMs)
    } catch (error) {
      onError('walk', error)
      nextTurnAtMs = clock.monotonic() + everyMs
    }
  }

  /** Gives how long to rest. */
  async function goOn(): Promise<number> {
    try {
      if (!(await holdLease(lease))) return askAgainMs
    } catch (error) {
      onError('lease', error)
      return everyMs
    }
    if (clock.monotonic() >= nextTurnAtMs) await takeTurn()
    return Math.min(askAgainMs, Math.max(0, nextTurnAtMs - clock.monotonic()))
  }

  while (!signal.aborted) {
    const waitMs = await goOn()
    await clock.sleep(waitMs, signal).catch(() => {
      // Woken to stop.
    })
  }
}
