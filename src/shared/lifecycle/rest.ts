import type { Clock } from '../time/clock.ts'

/** Waits for `ms`, or until the signal is aborted: being woken is not a failure. Never rejects. */
export async function rest(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal).catch(() => undefined)
}
