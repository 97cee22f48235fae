import { schedule } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { defineScript } from '../../redis/script.ts'
import type { ScheduleEntry } from './schedule-page.ts'

const script = defineScript<{ entries: readonly string[] }, number>({
  name: 'unschedule',
  beside: import.meta.url,
  keys: { schedule },
  args: ['entries'],
  decode: Number,
})

/** Those that were read, as far as they have not been moved since. Gives how many have left. */
export function unschedule(
  store: DestinationStore,
  entries: readonly ScheduleEntry[],
): Promise<number> {
  return script(store, { entries: entries.flatMap(({ jobId, score }) => [jobId, score]) })
}

/** One of which the queue has the job, whatever its time. */
export async function unscheduleJob(store: DestinationStore, jobId: string): Promise<void> {
  await unschedule(store, [{ jobId, score: '' }])
}
