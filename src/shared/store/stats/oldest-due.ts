import { callbackOf } from '../../contract/ids.ts'
import { delayedJobs, dueJobs, schedule, waitingJobs } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { asList, asText } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

const firstJobs = defineReadingScript<object, string[]>({
  name: 'first-jobs',
  beside: import.meta.url,
  keys: { waitingJobs, dueJobs, delayedJobs, schedule },
  args: [],
  decode: (reply) => asList(reply).map(asText),
})

/**
 * Since when that one is due that has waited longest of those that are first in their class of priority; ISO. Undefined where
 * nothing is due. The same cost however much waits; so it is not the oldest of all, where customers asked in another order than
 * they are due.
 */
export async function readOldestDue(store: DestinationStore): Promise<string | undefined> {
  const jobs = await firstJobs(store, {})
  const times = await Promise.all(jobs.map((job) => dueTimeOf(store, callbackOf(job).id)))
  return times.filter((time) => time !== undefined).toSorted()[0]
}

async function dueTimeOf(
  { redis, ref }: DestinationStore,
  id: string,
): Promise<string | undefined> {
  const [nextAttemptAt, dueAt] = await redis.hmget(callbackKey(ref, id), 'nextAttemptAt', 'dueAt')
  return nextAttemptAt ?? dueAt ?? undefined
}
