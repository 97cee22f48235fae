import type { ContactRequestQuery } from '../shared/delivery/contact-request-search.ts'
import { canonicalCallId, salesforceIdIsValid } from '../shared/contract/salesforce-id.ts'
import { lastDigits } from '../shared/phone/digits.ts'
import { isoTimestamp } from '../shared/time/timestamp.ts'

export interface SoqlOptions {
  /** Asks for the VoiceCall too. Whether an org writes it into WhatId is documented nowhere. */
  readonly byCallId: boolean
  readonly limit: number
}

/**
 * The ContactRequests since a moment, oldest first, whose numbers may be this one. How an org writes a number is documented
 * nowhere, so whoever reads the answer has to compare them.
 */
export function contactRequestSoql(
  { callbackNumber, callId, sinceMs }: ContactRequestQuery,
  { byCallId, limit }: SoqlOptions,
): string {
  const voiceCall = byCallId ? voiceCallId(callId) : undefined
  const conditions = [
    `PreferredPhone LIKE ${soqlString(phonePattern(callbackNumber))}`,
    `CreatedDate >= ${soqlDateTime(sinceMs)}`,
    ...(voiceCall === undefined ? [] : [`WhatId = ${soqlString(voiceCall)}`]),
  ]
  return (
    `SELECT Id, PreferredPhone, CreatedDate FROM ContactRequest WHERE ${conditions.join(' AND ')}` +
    ` ORDER BY CreatedDate ASC LIMIT ${limit}`
  )
}

/** Whatever stands between the digits: `+18445791189` and `(844) 579-1189` both fit. */
function phonePattern(callbackNumber: string): string {
  return `%${Array.from(lastDigits(callbackNumber)).join('%')}%`
}

export function soqlString(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}

/** Salesforce keeps CreatedDate in whole seconds: rounded down, or a record of the same second would seem older. */
function soqlDateTime(epochMs: number): string {
  return isoTimestamp(epochMs).replace(/\.\d+Z$/, 'Z')
}

/** A vendor's contact id is not an id of a record, and Salesforce would refuse the query for it. */
function voiceCallId(callId: string): string | undefined {
  return callId.startsWith('0LQ') && salesforceIdIsValid(callId)
    ? canonicalCallId(callId)
    : undefined
}

export interface QueryAddress {
  readonly instanceUrl: string
  /** As in `v66.0`. */
  readonly apiVersion: string
}

/** In `q` a plain `+` stands for a space, so every one is percent-encoded. */
export function queryUrl({ instanceUrl, apiVersion }: QueryAddress, soql: string): URL {
  return new URL(`${instanceUrl}/services/data/${apiVersion}/query?q=${encodeURIComponent(soql)}`)
}
