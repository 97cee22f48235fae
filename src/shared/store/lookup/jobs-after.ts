import { asList, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

export interface JobsAfterInput {
  /** Of one of BullMQ's sorted sets. */
  key: string
  score: string
  afterId: string
  most: number
}

export const jobsAfter = defineReadingScript<JobsAfterInput, { job: string; score: string }[]>({
  name: 'jobs-after',
  beside: import.meta.url,
  keys: { jobs: (_, { key }) => key },
  args: ['score', 'afterId', 'most'],
  decode: (reply) =>
    inGroupsOf(2, asList(reply)).map(([job, score]) => ({
      job: asText(job),
      score: asText(score),
    })),
})
