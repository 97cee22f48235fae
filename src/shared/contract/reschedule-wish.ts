import { z } from 'zod'

import type { Problem } from '../errors/problem.ts'
import { newTimeFields, newTimeOf, newTimeProblem, type NewTime } from './new-time.ts'
import {
  problemsOfWish,
  wantedOf,
  wishFields,
  type Parsed,
  type Wanted,
  type WhoAndWhy,
} from './wish.ts'

/** Callbacks are to be sent at another time. */
export interface RescheduleWish extends WhoAndWhy {
  wanted: Wanted
  time: NewTime
}

export const rescheduleSchema = z.strictObject({ ...wishFields, ...newTimeFields })

/** Never throws, whatever it is given. `nowMs`: when it was said. */
export function parseReschedule(value: unknown, nowMs: number): Parsed<RescheduleWish> {
  const parsed = rescheduleSchema.safeParse(value)
  if (!parsed.success) {
    return { kind: 'invalid', problems: problemsOfWish('reschedule', parsed.error) }
  }
  const problems: Problem[] = []
  const wanted = wantedOf(parsed.data, problems)
  const time = newTimeOf(parsed.data, problems)
  const tooFar = newTimeProblem(time, nowMs)
  if (tooFar !== undefined) problems.push(tooFar)
  if (problems.length > 0) return { kind: 'invalid', problems }
  const { by, reason } = parsed.data
  return { kind: 'ok', value: { wanted, time, by, reason } }
}
