import { rest } from '../../shared/lifecycle/rest.ts'
import { createService, type Service } from '../../shared/lifecycle/service.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { holdLease, type LeaseOptions } from '../../shared/store/walk/lease.ts'
import type { Walker } from './walker.ts'

export interface WalkOptions {
  walker: Walker
  lease: LeaseOptions
  /** Between two rounds. */
  everyMs: number
  /** Between two turns of a round. */
  batchRestMs: number
  clock: Clock
  /** All keys were looked at once. */
  onRound?: (round: Round) => void
  onError: (part: 'lease' | 'walk', error: unknown) => void
}

export interface Round {
  durationMs: number
  /** Callbacks. */
  scanned: number
}

/**
 * Walks for as long as this process holds the lease, so that one worker walks for all. A walker that has lost it goes on
 * where it stopped when it has it again: where turns take longer than the lease, several walk by turns, and each arrives.
 * Told to stop, it ends within its turn.
 */
export function createLeasedWalk(options: WalkOptions): Service {
  const { clock } = options
  return createService('walk', async (stopping) => {
    const runTurn = createBatches(options, stopping)
    while (!stopping.aborted) await rest(clock, await runTurn(), stopping)
  })
}

/** Does what is to be done now, and gives how long to rest. */
function createBatches(
  { walker, lease, everyMs, batchRestMs, clock, onRound, onError }: WalkOptions,
  stopping: AbortSignal,
): () => Promise<number> {
  const askAgainMs = lease.ttlMs / 3
  let nextBatchAtMs = clock.monotonic()
  let round: { beganMs: number; scanned: number } | undefined

  function endRound({ beganMs, scanned }: { beganMs: number; scanned: number }): void {
    round = undefined
    onRound?.({ durationMs: clock.monotonic() - beganMs, scanned })
  }

  async function runBatch(): Promise<void> {
    try {
      round ??= { beganMs: clock.monotonic(), scanned: 0 }
      const { passEnded, scanned } = await walker.runOnce(stopping)
      round.scanned += scanned
      if (passEnded) endRound(round)
      nextBatchAtMs = clock.monotonic() + (passEnded ? everyMs : batchRestMs)
    } catch (error) {
      onError('walk', error)
      nextBatchAtMs = clock.monotonic() + everyMs
    }
  }

  return async () => {
    try {
      if (!(await holdLease(lease))) return askAgainMs
    } catch (error) {
      onError('lease', error)
      return everyMs
    }
    if (clock.monotonic() >= nextBatchAtMs) await runBatch()
    return Math.min(askAgainMs, Math.max(0, nextBatchAtMs - clock.monotonic()))
  }
}
