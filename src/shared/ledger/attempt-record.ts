import { z } from 'zod'

import { sendPhases } from '../contract/salesforce-answer.ts'
import { RingbackError } from '../errors/errors.ts'

const verificationSchema = z.object({
  at: z.string(),
  verdict: z.string(),
  code: z.string().optional(),
  message: z.string().optional(),
  recordId: z.string().optional(),
})

/** All but the beginning may be missing: an attempt is opened without an outcome, and older versions wrote less. */
const recordSchema = z.object({
  startedAt: z.string(),
  endedAt: z.string().optional(),
  outcome: z.string().optional(),
  status: z.number().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  recordId: z.string().optional(),
  /** How far the request got. Missing, as the next two, where the attempt's worker was lost and what it knew with it. */
  phase: z.enum(sendPhases).optional().catch(undefined),
  /** What the connection was given of the request, head and body. */
  bytesSent: z.number().optional(),
  durationMs: z.number().optional(),
  /** What Salesforce asked for with Retry-After. */
  retryAfterMs: z.number().optional(),
  /** What Salesforce said when it was asked whether this attempt had been booked. */
  verification: verificationSchema.optional(),
})

/** One attempt as the ledger keeps it. Without `endedAt` it is under way, or its worker died in it. */
export interface AttemptRecord extends z.infer<typeof recordSchema> {
  attempt: number
}

/** Leaves out what a newer version may have added. */
export function decodeAttempt(attempt: number, json: string): AttemptRecord {
  const read = recordSchema.safeParse(parseJson(json))
  if (read.success) return { attempt, ...read.data }
  const message = `The ledger holds a record of attempt ${attempt} that this version cannot read.`
  throw new RingbackError('unknown-record', message)
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
