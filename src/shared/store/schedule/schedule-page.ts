import { delayedJobs, schedule } from '../../redis/destination-keys.ts'
import { asList, asOptionalText, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

export interface SchedulePage {
  /** Redis' time. */
  nowMs: number
  /** When the first one behind the page is due; undefined where there is none. */
  nextMs: number | undefined
  /** What is to be put on the queue now, what is due first before the others. */
  entries: readonly ScheduleEntry[]
}

/** What the schedule says of a job. */
export interface ScheduleEntry {
  jobId: string
  /** When it is due, epoch ms, as Redis writes it. */
  score: string
}

interface SchedulePageRequest {
  /** What is due later is left where it is. */
  horizonMs: number
  /** In one page. */
  most: number
  /** Jobs on the queue that are due within the horizon; while there are so many, only what is due already is given. */
  mostDelayed: number
}

export const readSchedulePage = defineReadingScript<SchedulePageRequest, SchedulePage>({
  name: 'schedule-page',
  beside: import.meta.url,
  keys: { schedule, delayedJobs },
  args: ['horizonMs', 'most', 'mostDelayed'],
  decode: (reply) => {
    const [nowMs, next, ...entries] = asList(reply)
    const nextText = asOptionalText(next)
    return {
      nowMs: Number(nowMs),
      nextMs: nextText === undefined ? undefined : Number(nextText),
      entries: inGroupsOf(2, entries).map(([jobId, score]) => ({
        jobId: asText(jobId),
        score: asText(score),
      })),
    }
  },
})
