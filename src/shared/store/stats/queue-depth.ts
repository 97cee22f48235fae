import {
  activeJobs,
  delayedJobs,
  dueJobs,
  schedule,
  waitingJobs,
} from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList, asOptionalText } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

/** What the queue and the schedule of a destination hold. Costs the same however much that is. */
export interface QueueDepth {
  /** Could go now. */
  due: number
  /** Have a time to wait for: that of the callback, or of its next attempt. */
  waiting: number
  /** Of those, what is due within the next hour. */
  dueWithinHour: number
  /** In the hands of a worker. */
  underWay: number
  /** When the first of those that wait is due, epoch ms; undefined where none waits. */
  nextDueMs: number | undefined
}

const script = defineReadingScript<object, QueueDepth>({
  name: 'queue-depth',
  beside: import.meta.url,
  keys: { waitingJobs, dueJobs, delayedJobs, activeJobs, schedule },
  args: [],
  decode: (reply) => {
    const counts = asList(reply)
    const [due = 0, waiting = 0, dueWithinHour = 0, underWay = 0] = counts.map(Number)
    const next = asOptionalText(counts[4])
    const nextDueMs = next === undefined ? undefined : Number(next)
    return { due, waiting, dueWithinHour, underWay, nextDueMs }
  },
})

/** Asks BullMQ's lists themselves: to open its queue would write to Redis. */
export function readQueueDepth(store: DestinationStore): Promise<QueueDepth> {
  return script(store, {})
}
