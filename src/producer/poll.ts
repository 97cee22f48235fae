import { rest } from '../shared/lifecycle/rest.ts'
import type { Clock } from '../shared/time/clock.ts'

const firstMs = 5
const mostMs = 500

/** Asks, less and less often, until there is an answer. Rejects with the signal's reason when it is aborted. */
export async function poll<Answer>(
  { clock }: { clock: Clock },
  signal: AbortSignal | undefined,
  ask: () => Promise<Answer | null | undefined>,
): Promise<Answer> {
  const given = signal ?? new AbortController().signal
  for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, mostMs)) {
    given.throwIfAborted()
    const answer = await ask()
    if (answer !== null && answer !== undefined) return answer
    await rest(clock, waitMs, given)
  }
}
