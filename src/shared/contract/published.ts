import { maxSealedLength } from '../phone/sealed-number.ts'
import { maxShortTextLength } from '../text/text-length.ts'
import { maxHoldMs } from './delay.ts'
import { idPattern } from './ids.ts'

/**
 * What the JSON Schemas in `schema/` say of a field beyond its type: keywords of JSON Schema 2020-12, as far as these can say
 * what the rule is. Where they cannot (a day that the month has, an invisible character), the schema takes more than a worker.
 */
export interface Published {
  description: string
  [keyword: string]: unknown
}

const maxShortText = { maxLength: maxShortTextLength }

export const publishedId: Published = {
  description:
    'Idempotency key. Default: derived from callId, callbackNumber and the scheduled time.',
  pattern: idPattern.source,
}

export const publishedCallId: Published = {
  description: "Salesforce's voiceCallId or the vendor's contact id: visible characters.",
  minLength: 1,
  maxLength: 255,
}

export const publishedNumber: Published = {
  description: 'E.164; or that, sealed: a compact JWE, with an id.',
  anyOf: [
    { pattern: String.raw`^\+[1-9][0-9]{6,14}$` },
    {
      pattern: String.raw`^e[yw][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+){4}$`,
      maxLength: maxSealedLength,
    },
  ],
}

export const publishedDelay: Published = {
  description: 'How long Ringback holds it: milliseconds, or 500ms, 10s, 5m, 2h, 7d, PT5M.',
  anyOf: [
    { type: 'integer', minimum: 0, maximum: maxHoldMs },
    { type: 'string', minLength: 1, ...maxShortText },
  ],
}

export const publishedHold: Published = {
  description: 'Until when Ringback holds it: ISO 8601 with an offset, or a local time.',
  ...maxShortText,
}

export const publishedZone: Published = {
  description: 'IANA name of the zone of a notBefore in local time.',
  ...maxShortText,
}

/** What can be said of these three together. */
export const publishedHoldRules = {
  not: { required: ['delay', 'notBefore'] },
  dependentRequired: { timeZone: ['notBefore'] },
}

/** A time with an offset. */
export function publishedTime(description: string): Published {
  return { description: `${description} ISO 8601 with an offset.`, ...maxShortText }
}

export const publishedAttributes: Published = {
  description: 'Copied to the results, never sent to Salesforce. No secrets, no phone numbers.',
  type: 'object',
  maxProperties: 16,
  propertyNames: { pattern: '^[A-Za-z0-9._-]{1,64}$' },
  additionalProperties: { type: 'string', maxLength: 256 },
}

export function publishedText(description: string, maxLength: number): Published {
  return { description, minLength: 1, maxLength }
}
