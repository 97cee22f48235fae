import { z } from 'zod'

import type { Problem } from '../errors/problem.ts'
import {
  problemsOfWish,
  wantedOf,
  wishFields,
  type Parsed,
  type Wanted,
  type WhoAndWhy,
} from './wish.ts'

/** Callbacks are not wanted any more. */
export interface CancelWish extends WhoAndWhy {
  wanted: Wanted
}

/** Exactly one of `id`, `callId` and `callbackNumber`. */
export const cancelSchema = z.strictObject(wishFields)

/** Never throws, whatever it is given. */
export function parseCancel(value: unknown): Parsed<CancelWish> {
  const parsed = cancelSchema.safeParse(value)
  if (!parsed.success) return { kind: 'invalid', problems: problemsOfWish('cancel', parsed.error) }
  const problems: Problem[] = []
  const wanted = wantedOf(parsed.data, problems)
  if (problems.length > 0) return { kind: 'invalid', problems }
  const { by, reason } = parsed.data
  return { kind: 'ok', value: { wanted, by, reason } }
}
