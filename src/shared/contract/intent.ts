import { z } from 'zod'

import { parseIsoDurationMs } from '../time/duration.ts'
import { isoTimestamp } from '../time/timestamp.ts'
import { deriveId, isIntentId } from './ids.ts'
import { hasOffset, isTimeZone, readInstant, readLocalTime, type ReadTime } from './intent-times.ts'
import type { Problem } from './problem.ts'
import { canonicalCallId } from './salesforce-id.ts'

/** Longest intent taken, in bytes of JSON. Every field at its limit fits, but for attributes full of control characters. */
export const maxIntentBytes = 16 * 1024

/** A callback is held for a year at most; longer is a mistake in the units more often than a wish. */
export const maxHoldMs = 366 * 24 * 3_600_000

/**
 * What a producer submits (design: "Redis contract, version 1"). Everything but two fields is optional. A `Date` is taken
 * by the library only: on the wire times are text.
 */
export interface IntentInput {
  /** Idempotency key, `[A-Za-z0-9._-]{1,128}`. Default: derived from callId, callbackNumber, scheduledRoutingDateTime. */
  id?: string
  /** Salesforce voiceCallId or the vendor's contact id. */
  callId: string
  /** E.164, such as `+18445791189`. */
  callbackNumber: string
  /** True: the rep reviews the request before dialling. Passed on to Salesforce. */
  isPreviewCallback?: boolean
  /** ISO 8601 with offset. Passed on: Salesforce holds the callback until then. */
  scheduledRoutingDateTime?: string | Date
  /** We hold it: due this long after acceptance. Milliseconds, or an ISO 8601 duration. */
  delay?: number | string
  /** We hold it until then: ISO 8601 with offset, or a local time together with `timeZone`. */
  notBefore?: string | Date
  /** IANA name, for a `notBefore` in local time. */
  timeZone?: string
  /** ISO 8601 with offset. After this nothing is sent any more. */
  expiresAt?: string | Date
  /** 0 (first) to 9; default 5. */
  priority?: number
  /** ISO 8601 with offset: when the customer asked. */
  requestedAt?: string | Date
  /** Up to 16 short strings, carried to the results and never sent to Salesforce. */
  attributes?: Record<string, string>
  /** W3C trace context. */
  traceparent?: string
  /** Version of this contract. */
  v?: 1
}

/**
 * An intent in its one canonical form: times in UTC, durations in ms, Salesforce ids with 18 characters, defaults left
 * out, fields in one order. Its JSON is what the ledger keeps, and two intents have the same content exactly if their
 * JSON is the same text. It is itself a valid intent.
 */
export interface Intent {
  id: string
  callId: string
  callbackNumber: string
  isPreviewCallback?: true
  scheduledRoutingDateTime?: string
  delay?: number
  notBefore?: string
  expiresAt?: string
  priority?: number
  requestedAt?: string
  attributes?: Record<string, string>
}

export type ParsedIntent =
  | { kind: 'ok'; intent: Intent; traceparent: string | undefined }
  | { kind: 'invalid'; id: string | undefined; problems: Problem[] }

export const defaultPriority = 5

const text = (rule: string) =>
  z.string({
    error: ({ input }) => (input === undefined ? 'is required' : `is no string; it ${rule}`),
  })

const callIdRule = 'must be 1 to 255 characters without control characters'
const numberRule = 'must be E.164: a + followed by 7 to 15 digits and nothing else'
const delayRule = 'must be a number of ms or an ISO 8601 duration such as PT5M, at most 366 days'
const priorityRule = 'must be a whole number from 0 (first) to 9'
const attributesRule =
  'must be an object of at most 16 strings of at most 256 characters; names are [A-Za-z0-9._-]{1,64}'
const idRule = 'must be 1 to 128 characters of A-Z a-z 0-9 . _ - and not inbox-<digits>-<digits>'

const instantField = text('must be ISO 8601 with an offset').superRefine((value, context) => {
  const time = readInstant(value)
  if (time.kind === 'problem') context.addIssue({ code: 'custom', message: time.message })
})

const schema = z.strictObject(
  {
    v: z.literal(1, { error: 'must be 1, the only version there is' }).optional(),
    id: text(idRule).refine(isIntentId, { error: idRule }).optional(),
    callId: text(callIdRule).refine(isCallId, { error: callIdRule }),
    callbackNumber: text(numberRule).refine(isCallbackNumber, { error: numberRule }),
    isPreviewCallback: z.boolean({ error: 'must be true or false' }).optional(),
    scheduledRoutingDateTime: instantField.optional(),
    delay: z
      .union([z.number(), z.string()], { error: delayRule })
      .refine((value) => delayMsOf(value) !== undefined, { error: delayRule })
      .optional(),
    notBefore: text('must be ISO 8601').optional(),
    timeZone: text(timeZoneRule()).refine(isTimeZone, { error: timeZoneRule() }).optional(),
    expiresAt: instantField.optional(),
    priority: z
      .number({ error: priorityRule })
      .refine((value) => Number.isInteger(value) && value >= 0 && value <= 9, {
        error: priorityRule,
      })
      .optional(),
    requestedAt: instantField.optional(),
    // Not z.record, which leaves out a name `__proto__` without a word.
    attributes: z
      .custom<Record<string, string>>(isAttributes, { error: attributesRule })
      .optional(),
    traceparent: text('must be W3C trace context')
      .regex(/^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/, {
        error: 'must be W3C trace context: 00-<32 hex>-<16 hex>-<2 hex>',
      })
      .optional(),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
)

type Fields = z.output<typeof schema>

/** Every field that an intent may have. */
export const intentFields: readonly string[] = Object.keys(schema.shape)

/** Validates what a producer submitted and brings it into canonical form. Never throws, whatever it is given. */
export function parseIntent(value: unknown): ParsedIntent {
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    return { kind: 'invalid', id: usableId(value), problems: problemsOf(parsed.error) }
  }
  const problems: Problem[] = []
  const intent = canonicalIntent(parsed.data, problems)
  if (problems.length > 0) return { kind: 'invalid', id: parsed.data.id, problems }
  return { kind: 'ok', intent, traceparent: parsed.data.traceparent }
}

function canonicalIntent(fields: Fields, problems: Problem[]): Intent {
  const scheduledAt = canonicalInstant(fields.scheduledRoutingDateTime)
  const scheduled = scheduledAt === undefined ? undefined : withoutMilliseconds(scheduledAt)
  const callId = canonicalCallId(fields.callId)
  const id =
    fields.id ??
    deriveId({
      callId,
      callbackNumber: fields.callbackNumber,
      scheduledRoutingDateTime: scheduled,
    })
  return withoutUndefined({
    id,
    callId,
    callbackNumber: fields.callbackNumber,
    isPreviewCallback: fields.isPreviewCallback === true ? true : undefined,
    scheduledRoutingDateTime: scheduled,
    delay: readDelay(fields, problems),
    notBefore: iso(readNotBefore(fields, problems)),
    expiresAt: canonicalInstant(fields.expiresAt),
    priority: fields.priority === defaultPriority ? undefined : fields.priority,
    requestedAt: canonicalInstant(fields.requestedAt),
    attributes: sortedAttributes(fields.attributes),
  })
}

function readDelay({ delay, notBefore }: Fields, problems: Problem[]): number | undefined {
  if (delay === undefined) return undefined
  if (notBefore !== undefined) {
    problems.push({ field: 'delay', message: 'cannot be given together with notBefore' })
    return undefined
  }
  const ms = delayMsOf(delay)
  return ms === 0 ? undefined : ms
}

/** Undefined for anything that is no delay. */
function delayMsOf(delay: number | string): number | undefined {
  const ms = typeof delay === 'number' ? delay : parseIsoDurationMs(delay)
  return ms !== undefined && Number.isInteger(ms) && ms >= 0 && ms <= maxHoldMs ? ms : undefined
}

function readNotBefore({ notBefore, timeZone }: Fields, problems: Problem[]): number | undefined {
  if (notBefore === undefined) {
    if (timeZone === undefined) return undefined
    problems.push({ field: 'timeZone', message: 'is only for a notBefore in local time' })
    return undefined
  }
  if (timeZone === undefined) return noted(readInstant(notBefore), 'notBefore', problems)
  if (hasOffset(notBefore)) {
    problems.push({ field: 'timeZone', message: 'cannot be given with an offset in notBefore' })
    return undefined
  }
  return noted(readLocalTime(notBefore, timeZone), 'notBefore', problems)
}

function noted(time: ReadTime, field: string, problems: Problem[]): number | undefined {
  if (time.kind === 'ok') return time.epochMs
  problems.push({ field, message: time.message })
  return undefined
}

/** A time that the schema has found readable, in UTC. */
function canonicalInstant(given: string | undefined): string | undefined {
  const time = given === undefined ? undefined : readInstant(given)
  return time?.kind === 'ok' ? isoTimestamp(time.epochMs) : undefined
}

/** The form of the API page's example, `2026-02-26T15:40:52Z`: whole seconds. */
function withoutMilliseconds(timestamp: string): string {
  return timestamp.replace(/\.\d{3}Z$/, 'Z')
}

function iso(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : isoTimestamp(epochMs)
}

function sortedAttributes(given: Record<string, string> | undefined) {
  if (given === undefined) return undefined
  const entries = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** E.164, and nothing but it. */
export function isCallbackNumber(value: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(value)
}

/**
 * `.` and `..` are refused because a URL parser would take them as steps in the path; lone surrogates because they
 * cannot be encoded into a URL at all.
 */
function isCallId(value: string): boolean {
  if (value.length < 1 || value.length > 255) return false
  return value !== '.' && value !== '..' && !/\p{Cc}/u.test(value) && value.isWellFormed()
}

function isAttributes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const entries: [string, unknown][] = Object.entries(value)
  return (
    entries.length <= 16 &&
    entries.every(
      ([name, given]) =>
        /^[A-Za-z0-9._-]{1,64}$/.test(name) && typeof given === 'string' && given.length <= 256,
    )
  )
}

function timeZoneRule(): string {
  return 'must be an IANA name such as Europe/Vienna'
}

/** The call that an intent is about, in its canonical form, whatever else is wrong with it. */
export function readableCallId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('callId' in value)) return undefined
  const { callId } = value
  return typeof callId === 'string' && isCallId(callId) ? canonicalCallId(callId) : undefined
}

function usableId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
  return typeof value.id === 'string' && isIntentId(value.id) ? value.id : undefined
}

function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: safeName(key),
        message: 'is no field of an intent',
      }))
    }
    const [top] = issue.path
    return [{ field: top === undefined ? 'intent' : String(top), message: issue.message }]
  })
}

/** A field's name comes from outside and might be a customer's number. */
function safeName(name: string): string {
  return /^[A-Za-z_][A-Za-z_.-]{0,39}$/.test(name) ? name : '(unprintable name)'
}

/** Leaves out what is undefined, as JSON does. The one cast: TypeScript cannot follow which keys remain. */
function withoutUndefined(fields: { [K in keyof Intent]: Intent[K] | undefined }): Intent {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as Intent
}
