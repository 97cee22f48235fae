import { z } from 'zod'

import { RingbackError } from '../../errors/errors.ts'

const counts = z.record(z.string(), z.number())

const schema = z.object({
  byReason: counts,
  byCode: counts,
  /** The hour in which they ended: `2026-02-26T15Z`. */
  byHour: counts,
  /** Left out: they are past their `expiresAt`. */
  expired: z.number(),
  /** Taken, and past it before their turn comes at the rate of the plan; 0 where that is not known. */
  expiring: z.number(),
  /** An earlier attempt may have booked them: left out unless they were asked for. */
  mayBeBooked: z.number(),
  /** Left out: nothing of them can be sent. */
  unsendable: z.number(),
  oldestMs: z.number().optional(),
  newestMs: z.number().optional(),
})

/** What a plan has counted. */
export type Overview = z.infer<typeof schema>

export function decodeOverview(json: string): Overview {
  try {
    return schema.parse(JSON.parse(json))
  } catch {
    throw new RingbackError('unknown-record', 'What a plan has counted cannot be read.')
  }
}
