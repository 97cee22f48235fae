import type { JobWait } from '../queue/wait-for-job.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { waitForJobs, type JobMarker } from '../shared/store/jobs/wait-for-jobs.ts'
import type { Clock } from '../shared/time/clock.ts'
import { createInboxSources, type InboxSource } from './bridge/inbox-source.ts'
import { shareWaits } from './shared-wait.ts'

/** How destinations on one server wait for what is to be done. */
export interface Waits {
  inboxOf: (store: DestinationStore) => InboxSource
  jobsOf: (store: DestinationStore) => JobWait
}

export interface WaitsContext {
  /** This process's name in consumer groups. */
  consumer: string
  clock: Clock
}

/** Those that have a connection in common wait together: all of them, but for a cluster, where each has its own. */
export function createWaits(context: WaitsContext): (command: Redis) => Waits {
  const known = new WeakMap<Redis, Waits>()
  return (command) => {
    const waits = known.get(command) ?? openWaits(command, context)
    known.set(command, waits)
    return waits
  }
}

function openWaits(command: Redis, { consumer, clock }: WaitsContext): Waits {
  const open = () => {
    const waiting = command.duplicate()
    // The command connection, which goes to the same server, reports what is lost.
    waiting.on('error', () => undefined)
    return waiting
  }
  const join = shareWaits<JobMarker>({
    command,
    open,
    clock,
    isPunctual: true,
    ask: (redis, refs, { ms }) => waitForJobs(redis, refs, ms),
  })
  return {
    inboxOf: createInboxSources({ command, open, consumer, clock }),
    jobsOf: ({ ref }) => join(ref),
  }
}
