import { defaultPriority } from '../shared/contract/intent.ts'

/** BullMQ's priorities are whole numbers from 1 to 2^21 - 1, the least first; its 0 would overtake all of them. */
const bucketMs = 10_000
const classes = 10
const buckets = Math.floor((2 ** 21 - 1) / classes)

/**
 * Among those that are due, urgent ones go first, and within each of the ten priorities those whose customer asked first: exactly
 * by tens of seconds, in no order within ten seconds. There is room for 24 days of them; then the numbers begin anew, and
 * what waits from before that moment goes after what came since.
 */
export function jobPriority(priority: number | undefined, requestedAtMs: number): number {
  const bucket = Math.floor(Math.max(0, requestedAtMs) / bucketMs) % buckets
  return (priority ?? defaultPriority) * buckets + bucket + 1
}
