import { z } from 'zod'

import type { CallbackCode } from '../../contract/codes.ts'
import { outcomeKinds, type OutcomeKind } from '../../delivery/outcome.ts'
import { sendPhases, type SendPhase } from '../../delivery/salesforce-answer.ts'
import { RingbackError } from '../../errors/errors.ts'
import { shownRecordId } from '../../telemetry/shown-record-id.ts'

/** What Salesforce said when it was asked whether an attempt had been booked. */
export interface AttemptVerification {
  at: string
  verdict: Verdict
  code?: CallbackCode | undefined
  message?: string | undefined
  recordId?: string | undefined
}

/** Words of a newer version are read too. */
type Verdict =
  'verified-booked' | 'verified-not-booked' | 'held' | 'retried' | (string & Record<never, never>)

/**
 * One attempt as the ledger keeps it. Without `endedAt` it is under way, or its worker died in it. All but the beginning
 * may be missing: an attempt is opened without an outcome, and older versions wrote less.
 */
export interface AttemptRecord {
  attempt: number
  startedAt: string
  endedAt?: string | undefined
  /** Missing too where a newer version wrote what this one does not know. */
  outcome?: OutcomeKind | undefined
  /** HTTP. */
  status?: number | undefined
  code?: CallbackCode | undefined
  message?: string | undefined
  recordId?: string | undefined
  /** How far the request got. Missing, as the next two, where the attempt's worker was lost and what it knew with it. */
  phase?: SendPhase | undefined
  /** What the connection was given of the request, head and body. */
  bytesSent?: number | undefined
  durationMs?: number | undefined
  /** What Salesforce asked for with Retry-After. */
  retryAfterMs?: number | undefined
  /** W3C trace context of the attempt's span, where its worker was traced. */
  traceparent?: string | undefined
  verification?: AttemptVerification | undefined
}

/** Of an attempt, and of what was found out about it. */
const said = {
  code: z
    .string()
    .meta({ description: 'What happened, as a word for programs. Expect others.' })
    .optional(),
  message: z.string().meta({ description: 'The same for people.' }).optional(),
  recordId: z
    .string()
    .transform(shownRecordId)
    .meta({ description: "Salesforce's ContactRequest." })
    .optional(),
}

const verificationSchema = z.object({
  at: z.string().meta({ description: 'When Salesforce was asked.' }),
  verdict: z
    .string()
    .meta({ description: 'verified-booked, verified-not-booked, held or retried. Expect others.' }),
  ...said,
})

/** As JSON, in the field `attempt:<n>` of a callback. */
export const attemptSchema = z.object({
  startedAt: z.string().meta({ description: 'When the attempt began.' }),
  endedAt: z
    .string()
    .meta({ description: 'When its outcome was known; missing while it is under way.' })
    .optional(),
  outcome: z
    .enum(outcomeKinds)
    .meta({ description: 'What is known of the booking.' })
    .optional()
    .catch(undefined),
  status: z.number().meta({ description: 'HTTP, where there was an answer.' }).optional(),
  ...said,
  phase: z
    .enum(sendPhases)
    .meta({ description: 'How far the request got.' })
    .optional()
    .catch(undefined),
  bytesSent: z
    .number()
    .meta({ description: 'What the connection was given of the request.' })
    .optional(),
  durationMs: z
    .number()
    .meta({ description: 'From the start to the answer, or to the failure.' })
    .optional(),
  retryAfterMs: z
    .number()
    .meta({ description: 'What Salesforce asked for with Retry-After.' })
    .optional(),
  traceparent: z
    .string()
    .meta({ description: 'Trace and span of the attempt, where its worker was traced.' })
    .optional(),
  verification: verificationSchema
    .meta({ description: 'What Salesforce said when it was asked about it.' })
    .optional(),
})

export function encodeAttempt(record: Omit<AttemptRecord, 'attempt'>): string {
  return JSON.stringify(record)
}

/** Keeps what a newer version may have written, which this one does not know. */
export function addVerification(
  json: string,
  verification: Omit<AttemptVerification, 'verdict'> & { verdict: Verdict | undefined },
): string {
  return JSON.stringify({ ...z.looseObject({}).parse(parseJson(json)), verification })
}

/** Leaves out what a newer version may have added. */
export function decodeAttempt(attempt: number, json: string): AttemptRecord {
  const read = attemptSchema.safeParse(parseJson(json))
  if (read.success) return { attempt, ...read.data }
  const message = `The ledger holds a record of attempt ${attempt} that this version cannot read.`
  throw new RingbackError('unknown-record', message)
}

/** Undefined as well where the record cannot be read. */
export function traceOfAttempt(json: string): string | undefined {
  return attemptSchema.pick({ traceparent: true }).safeParse(parseJson(json)).data?.traceparent
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
