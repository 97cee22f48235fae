import { z } from 'zod'

import { RingbackError } from '../errors/errors.ts'

const booked = z.object({ id: z.string(), outcome: z.literal('booked'), recordId: z.string() })
const dead = z.object({ id: z.string(), outcome: z.literal('dead'), reason: z.string() })
const cancelled = z.object({ id: z.string(), outcome: z.literal('cancelled'), at: z.string() })
const others = z.object({ id: z.string(), outcome: z.enum(['under-way', 'unknown', 'outdated']) })

const cancelAnswer = z.discriminatedUnion('outcome', [cancelled, booked, dead, others])
const rescheduleAnswer = z.discriminatedUnion('outcome', [
  z.object({ id: z.string(), outcome: z.literal('moved'), dueAt: z.string() }),
  z.object({ id: z.string(), outcome: z.literal('expires-first'), expiresAt: z.string() }),
  cancelled,
  booked,
  dead,
  others,
])

/**
 * What became of one callback that somebody has cancelled. `cancelled`: nothing is sent any more, since `at`. `under-way`: it is
 * being sent, or in doubt, and ends as cancelled if it turns out not to be booked. `outdated`: it was promised anew since.
 */
export type CancelAnswer = z.infer<typeof cancelAnswer>

/**
 * What became of one callback that somebody has moved. `under-way`: it is being sent, or in doubt, and goes on. `expires-first`:
 * it would have expired by then, and stays as it is. `outdated`: it was moved, or promised anew, since.
 */
export type RescheduleAnswer = z.infer<typeof rescheduleAnswer>

export type WishAnswer = CancelAnswer | RescheduleAnswer

const wishProblem = z.object({ code: z.string(), message: z.string() })

/** Why nothing was done, whichever callbacks it was about. */
export type WishProblem = z.infer<typeof wishProblem>

const cancelAnswers = z.union([z.array(cancelAnswer), wishProblem])
const rescheduleAnswers = z.union([z.array(rescheduleAnswer), wishProblem])

export function decodeCancelAnswers(json: string): CancelAnswer[] | WishProblem {
  return decoded(cancelAnswers.safeParse(JSON.parse(json)))
}

export function decodeRescheduleAnswers(json: string): RescheduleAnswer[] | WishProblem {
  return decoded(rescheduleAnswers.safeParse(JSON.parse(json)))
}

function decoded<Answers>(read: z.ZodSafeParseResult<Answers>): Answers {
  if (read.success) return read.data
  throw new RingbackError('unknown-record', 'A newer worker has answered what this cannot read.')
}
