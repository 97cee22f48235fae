import type { Redis } from '../../redis/connection.ts'
import { openStore } from '../../redis/destination-store.ts'
import {
  activeJobsKey,
  activeRunsKey,
  controlKey,
  delayedJobsKey,
  doorKey,
  dueJobsKey,
  inboxKey,
  scheduleKey,
  waitingJobsKey,
  type DestinationRef,
} from '../../redis/keys.ts'
import { asList, asOptionalText, asText } from '../../redis/reply.ts'
import { definePagedReadingScript } from '../../redis/script.ts'
import { decodeIntakePause, type IntakePause } from './intake-pause.ts'

/** What somebody may have left for the workers of a destination. */
export interface Looked {
  /** Something lies at the door. */
  hasDoor: boolean
  /** A bridge has read entries of the inbox, and not confirmed them yet. */
  hasPending: boolean
  /** There may be a run to carry out. */
  hasRuns: boolean
  /** A worker has a job, or had one when it died. */
  hasActive: boolean
  /** There are jobs that no worker has, whether they are due or not. */
  hasJobs: boolean
  /** In how many ms the first of what is put off is due; undefined where nothing is. */
  scheduledInMs: number | undefined
  /** What the control record says of it, whether it is over or not. */
  pause: IntakePause | undefined
}

/** The same object each time: of hundreds of destinations most are idle. */
const nothing: Looked = {
  hasDoor: false,
  hasPending: false,
  hasRuns: false,
  hasActive: false,
  hasJobs: false,
  scheduledInMs: undefined,
  pause: undefined,
}

const lookAtAll = definePagedReadingScript<
  { group: string },
  { ref: DestinationRef },
  Looked | Error
>({
  name: 'look',
  beside: import.meta.url,
  keys: {},
  args: ['group'],
  each: {
    keys: {
      door: (_, { ref }) => doorKey(ref),
      control: (_, { ref }) => controlKey(ref),
      inbox: (_, { ref }) => inboxKey(ref),
      activeRuns: (_, { ref }) => activeRunsKey(ref),
      schedule: (_, { ref }) => scheduleKey(ref),
      activeJobs: (_, { ref }) => activeJobsKey(ref),
      dueJobs: (_, { ref }) => dueJobsKey(ref),
      waitingJobs: (_, { ref }) => waitingJobsKey(ref),
      delayedJobs: (_, { ref }) => delayedJobsKey(ref),
    },
    args: [],
  },
  decode: (reply) => {
    if (reply === null) return nothing
    const [hasDoor, hasPending, hasRuns, hasActive, hasJobs, scheduled, ...pause] = asList(reply)
    // A control record of another type is about its own destination only.
    if (typeof hasDoor !== 'number') return new Error(asText(hasDoor))
    return {
      hasDoor: hasDoor === 1,
      hasPending: hasPending === 1,
      hasRuns: hasRuns === 1,
      hasActive: hasActive === 1,
      hasJobs: hasJobs === 1,
      scheduledInMs: scheduled === '' ? undefined : Number(scheduled),
      pause: decodeIntakePause(pause.map(asOptionalText)),
    }
  },
})

/** Of destinations on one server, in one go; each in its place, or what is wrong with what lies there. `group`: the bridge's. */
export async function look(
  redis: Redis,
  refs: readonly DestinationRef[],
  group: string,
): Promise<(Looked | Error)[]> {
  const [first] = refs
  if (first === undefined) return []
  const each = refs.map((ref) => ({ ref }))
  return await lookAtAll(openStore(redis, first), { group }, each)
}
