import type { Clock } from '../../src/shared/time/clock.ts'
import type { AttemptContext } from '../../src/worker/attempt/context.ts'
import { callbackClient } from '../integration/salesforce/support/callback-client.ts'
import type { Bundle } from './ringback.ts'

/** What the tests of single attempts have in common: the ledger of `scheduled`, a while after it was due. */
export const attemptMs = Date.UTC(2026, 1, 26, 16)

/** Its time of day, and how long the machine has been up, are two things. */
interface TestClock extends Clock {
  nowMs: number
  uptimeMs: number
}

/** What an attempt needs besides its job, without a queue: the real client, and a clock that only the test moves. */
export function attemptContext(
  { store, recorder }: Bundle,
  { baseUrl, ...more }: { baseUrl: string } & Partial<AttemptContext>,
): AttemptContext & { clock: TestClock; baseUrl: string } {
  const clock: TestClock = {
    nowMs: attemptMs,
    uptimeMs: 5_000,
    now: () => clock.nowMs,
    monotonic: () => clock.uptimeMs,
    sleep: () => Promise.resolve(),
  }
  return {
    store,
    observe: recorder.observe,
    retentionMs: 60_000,
    sendWithinMs: 10_000,
    attemptSpans: 'linked',
    client: callbackClient({ baseUrl }),
    verification: undefined,
    ...({ onUncertain: 'hold', verifyGraceMs: 0, random: () => 0.5 } as const),
    policy: {
      maxAttempts: 5,
      maxRetryDurationMs: 60_000,
      notFoundGraceMs: 0,
      backoff: { initialMs: 1_000, factor: 1, maxMs: 1_000 },
    },
    ...more,
    baseUrl,
    clock,
  }
}
