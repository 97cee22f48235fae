import type { IncomingHttpHeaders } from 'node:http'
import { DateTime } from 'luxon'
import { z } from 'zod'
import { fieldErrors, oneError, type Reply } from './replies.ts'

const e164 = /^\+[1-9]\d{1,14}$/
/** A date, a time and an offset: without an offset nobody knows which moment is meant. */
const isoWithOffset = /^\d{4}-?\d\d-?\d\dT.+(Z|[+-]\d\d(:?\d\d)?)$/

const bodySchema = z.strictObject({
  callbackNumber: z.string().regex(e164, 'must be a number in E.164 form'),
  isPreviewCallback: z.boolean().optional(),
  scheduledRoutingDateTime: z
    .string()
    .refine(isMoment, 'must be an ISO 8601 date and time with an offset or Z')
    .optional(),
})

/** What the API page lets a client ask for. */
export type CallbackBody = z.infer<typeof bodySchema>

export type CheckedRequest = { kind: 'fine'; body: CallbackBody } | { kind: 'wrong'; reply: Reply }

/** The API page does not mark the provider's name as required; the sandbox wants it, since other vendors' calls may need it. */
export function headerProblem(
  headers: IncomingHttpHeaders,
  providerName: string | undefined,
): Reply | undefined {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') {
    return oneError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content-Type must be application/json')
  }
  const given = headers['telephony-provider-name']
  if (!given) return oneError(400, 'MISSING_HEADER', 'Telephony-Provider-Name is missing')
  if (providerName !== undefined && given !== providerName) {
    return oneError(400, 'UNKNOWN_PROVIDER', 'Telephony-Provider-Name is not the one configured')
  }
  return undefined
}

/** Messages name fields, never values: a value may be a customer's number. */
export function checkBody(bytes: Uint8Array): CheckedRequest {
  const json = parseJson(bytes)
  if (json === undefined) {
    return wrong(oneError(400, 'JSON_PARSER_ERROR', 'The body is not JSON in UTF-8'))
  }
  const read = bodySchema.safeParse(json)
  if (read.success) return { kind: 'fine', body: read.data }
  return wrong(fieldErrors(read.error.issues))
}

/** `undefined` if it is not JSON, which itself has no such value. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function isMoment(text: string): boolean {
  return isoWithOffset.test(text) && DateTime.fromISO(text, { setZone: true }).isValid
}

function wrong(reply: Reply): CheckedRequest {
  return { kind: 'wrong', reply }
}
