import { z } from 'zod'

import { isoTimestamp } from '../time/timestamp.ts'
import { attributesProblem } from './attributes-problem.ts'
import { callIdProblem, callIdRule } from './call-id-problem.ts'
import { delayMsOf, holdFields, readNotBefore, timeRule } from './hold-fields.ts'
import { deriveId, idPattern, isDerivedId, isIntentId, maxIdLength } from './ids.ts'
import { readInstant } from './intent-times.ts'
import { judged, wrongType } from './judged-field.ts'
import { numberProblem } from './number-problem.ts'
import { blankAtEnd, invisibleCharacter } from '../text/invisible.ts'
import { isSealed } from '../phone/sealed-number.ts'
import { safeName, type Problem } from '../errors/problem.ts'
import {
  publishedAttributes,
  publishedCallId,
  publishedId,
  publishedNumber,
  publishedTime,
} from './published.ts'
import { canonicalCallId } from './salesforce-id.ts'
import { readTraceparent } from './traceparent.ts'

/** Longest intent taken, in bytes of JSON. Every field at its limit fits, in its canonical form. */
export const maxIntentBytes = 16 * 1024

/**
 * What a producer submits (design: "Redis contract, version 1"). Everything but two fields is optional. A `Date` is taken
 * by the library only: on the wire times are text.
 */
export interface IntentInput {
  /** Idempotency key, `[A-Za-z0-9._-]{1,128}`. Default: derived from callId, callbackNumber, scheduledRoutingDateTime. */
  id?: string
  /** Salesforce voiceCallId or the vendor's contact id. */
  callId: string
  /** E.164, such as `+18445791189`; or that, sealed to a public key of the destination (a compact JWE), with an `id`. */
  callbackNumber: string
  /** True: the rep reviews the request before dialling. Passed on to Salesforce. */
  isPreviewCallback?: boolean
  /** ISO 8601 with offset. Passed on: Salesforce holds the callback until then. */
  scheduledRoutingDateTime?: string | Date
  /** We hold it: due this long after acceptance. Milliseconds, a duration such as `5m`, or ISO 8601. */
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
  /** W3C trace context. One that cannot be understood is left out, and refuses nothing. */
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
  | {
      kind: 'ok'
      intent: Intent
      traceparent: string | undefined
      /** A `traceparent` was given, and could not be understood. */
      traceparentIgnored: boolean
    }
  | {
      kind: 'invalid'
      /** As given, if it can be used. */
      id: string | undefined
      /** As given, where it is kept for something else. */
      reservedId?: string | undefined
      problems: Problem[]
    }

export const defaultPriority = 5

const priorityRule = 'must be a whole number from 0 (first) to 9'
const attributesRule = 'must be an object of strings'
const idRule = 'must be 1 to 128 characters of A-Z a-z 0-9 . _ - and not inbox-<digits>-<digits>'
const derivedRule =
  'begins with auto-, as derived ids do, and is not the one derived from this intent; leave it out, or choose another'

/** Of the sealed number it would be another one each time, and of the number itself anybody could find out who it is. */
export const sealedIdRule =
  'is required with a sealed callbackNumber, of which none can be derived; auto-… is not taken'

/** What is said of the value of a field that cannot be left out. */
const wrongRequired =
  (rule: string) =>
  ({ input }: { input?: unknown }) => {
    if (input === undefined) return 'is required'
    return input === null ? 'is required, and null is not a value' : rule
  }

/** Whoever sees `v2` would not believe the rule, where it is `v2` and a character that nobody sees. */
function idProblem(id: string): string | undefined {
  if (isIntentId(id)) return undefined
  if (id.length > maxIdLength) return idRule
  const unseen = invisibleCharacter(id) ?? blankAtEnd(id)
  return unseen === undefined ? idRule : `has ${unseen}; remove it`
}

const instantField = (description: string) =>
  judged(wrongType(`${timeRule} with an offset`), instantProblem, publishedTime(description))

function instantProblem(value: string): string | undefined {
  const time = readInstant(value)
  return time.kind === 'problem' ? time.message : undefined
}

/** As it is submitted. {@link parseIntent} says what else is wrong. */
export const intentSchema = z.strictObject(
  {
    v: z.literal(1, { error: wrongType('must be 1, the only version there is') }).optional(),
    id: judged(wrongType(idRule), idProblem, publishedId).optional(),
    callId: judged(
      wrongRequired(`must be a string: ${callIdRule}`),
      callIdProblem,
      publishedCallId,
    ),
    callbackNumber: judged(
      wrongRequired('must be a string: E.164, with its +'),
      numberProblem,
      publishedNumber,
    ),
    isPreviewCallback: z
      .boolean({ error: wrongType('must be true or false') })
      .meta({ description: 'Passed on: the rep reviews the request before dialling.' })
      .optional(),
    scheduledRoutingDateTime: instantField(
      'Passed on: Salesforce holds the callback until then.',
    ).optional(),
    ...holdFields,
    expiresAt: instantField('After this nothing is sent any more.').optional(),
    priority: z
      .number({ error: wrongType(priorityRule) })
      .refine((value) => Number.isInteger(value) && value >= 0 && value <= 9, {
        error: priorityRule,
      })
      .meta({ description: '0 goes first. Default 5.', type: 'integer', minimum: 0, maximum: 9 })
      .optional(),
    requestedAt: instantField('When the customer asked.').optional(),
    // Not z.record, which leaves out a name `__proto__` without a word.
    attributes: z
      .custom<Record<string, string>>(isObject, { error: wrongType(attributesRule) })
      .superRefine((value, context) => {
        const message = attributesProblem(value)
        if (message !== undefined) context.addIssue({ code: 'custom', message })
      })
      .meta(publishedAttributes)
      .optional(),
    // Whatever it is: what is there for observability refuses no promise.
    traceparent: z
      .unknown()
      .meta({ description: 'W3C trace context. One that cannot be understood is dropped.' })
      .optional(),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
)

type Fields = z.output<typeof intentSchema>

/** Every field that an intent may have. */
export const intentFields: readonly string[] = Object.keys(intentSchema.shape)

/** Validates what a producer submitted and brings it into canonical form. Never throws, whatever it is given. */
export function parseIntent(value: unknown): ParsedIntent {
  const parsed = intentSchema.safeParse(value)
  if (!parsed.success) {
    return { kind: 'invalid', ...idsOf(value), problems: problemsOf(parsed.error) }
  }
  const problems: Problem[] = []
  const intent = canonicalIntent(parsed.data, problems)
  if (problems.length > 0) return { kind: 'invalid', ...idsOf(value), problems }
  const given = parsed.data.traceparent
  const traceparent = readTraceparent(given)
  const traceparentIgnored = given !== undefined && traceparent === undefined
  return { kind: 'ok', intent, traceparent, traceparentIgnored }
}

function canonicalIntent(fields: Fields, problems: Problem[]): Intent {
  const scheduledAt = canonicalInstant(fields.scheduledRoutingDateTime)
  const scheduled = scheduledAt === undefined ? undefined : withoutMilliseconds(scheduledAt)
  const callId = canonicalCallId(fields.callId)
  const { callbackNumber } = fields
  const derived = () => deriveId({ callId, callbackNumber, scheduledRoutingDateTime: scheduled })
  const id = fields.id ?? derived()
  if (isDerivedId(id)) problems.push(...derivedIdProblems(id, derived(), callbackNumber))
  return withoutUndefined({
    id,
    callId,
    callbackNumber,
    isPreviewCallback: fields.isPreviewCallback === true ? true : undefined,
    scheduledRoutingDateTime: scheduled,
    delay: delayMsOf(fields, problems),
    notBefore: iso(readNotBefore(fields, problems)),
    expiresAt: canonicalInstant(fields.expiresAt),
    priority: fields.priority === defaultPriority ? undefined : fields.priority,
    requestedAt: canonicalInstant(fields.requestedAt),
    attributes: sortedAttributes(fields.attributes),
  })
}

function derivedIdProblems(id: string, derived: string, callbackNumber: string): Problem[] {
  if (isSealed(callbackNumber)) return [{ field: 'id', message: sealedIdRule }]
  return id === derived ? [] : [{ field: 'id', message: derivedRule }]
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

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The call that an intent is about, in its canonical form, whatever else is wrong with it. */
export function readableCallId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('callId' in value)) return undefined
  const { callId } = value
  const isReadable = typeof callId === 'string' && callIdProblem(callId) === undefined
  return isReadable ? canonicalCallId(callId) : undefined
}

/** The id of what is not a valid intent: where it can be used, or where it is kept for something else. */
export function idsOf(value: unknown): { id: string | undefined; reservedId?: string } {
  if (typeof value !== 'object' || value === null || !('id' in value)) return { id: undefined }
  const { id } = value
  if (typeof id !== 'string' || id.length > maxIdLength || !idPattern.test(id))
    return { id: undefined }
  const isFree = isIntentId(id) && (!isDerivedId(id) || id === derivedIdOf(value))
  return isFree ? { id } : { id: undefined, reservedId: id }
}

/** Of what may be wrong elsewhere. Undefined where the parts that it is made of cannot be read. */
function derivedIdOf(value: { [Name in keyof Intent]?: unknown }): string | undefined {
  const { callbackNumber, scheduledRoutingDateTime: scheduled } = value
  const callId = readableCallId(value)
  if (callId === undefined || typeof callbackNumber !== 'string') return undefined
  if (isSealed(callbackNumber)) return undefined
  if (scheduled === undefined) return deriveId({ callId, callbackNumber })
  const at = typeof scheduled === 'string' ? canonicalInstant(scheduled) : undefined
  if (at === undefined) return undefined
  return deriveId({ callId, callbackNumber, scheduledRoutingDateTime: withoutMilliseconds(at) })
}

function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: safeName(key),
        message: 'is not a field of an intent',
      }))
    }
    const [top] = issue.path
    return [{ field: top === undefined ? 'intent' : String(top), message: issue.message }]
  })
}

/** Leaves out what is undefined, as JSON does. The one cast: TypeScript cannot follow which keys remain. */
function withoutUndefined(fields: { [K in keyof Intent]: Intent[K] | undefined }): Intent {
  const given: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) given[name] = value
  }
  return given as unknown as Intent
}
