import { DateTime } from 'luxon'

/** What is asked of Salesforce, and what travels with it. */
export interface CallbackRequest {
  /** Salesforce's voiceCallId or the telephony vendor's contact id. */
  readonly callId: string
  /** E.164. */
  readonly callbackNumber: string
  readonly isPreviewCallback?: boolean | undefined
  /** ISO 8601; without an offset it is taken for UTC. */
  readonly scheduledRoutingDateTime?: string | undefined
  readonly idempotencyKey: string
  readonly traceparent?: string | undefined
}

/**
 * The address of a call's requestCallback. `undefined` when the call id cannot be one path segment: `.` and `..` would be
 * resolved away, percent-encoded or not, and a lone surrogate has no encoding.
 */
export function callbackUrl(baseUrl: string, callId: string): URL | undefined {
  if (callId === '' || /\p{Surrogate}/u.test(callId)) return undefined
  const path = `/voiceCalls/${encodeURIComponent(callId)}/requestCallback`
  const url = new URL(`${baseUrl}${path}`)
  return url.pathname.endsWith(path) ? url : undefined
}

/** The JSON body: Salesforce's own fields and nothing else. `undefined` when the time is no ISO 8601 time. */
export function callbackBody(request: CallbackRequest): string | undefined {
  const { callbackNumber, isPreviewCallback, scheduledRoutingDateTime } = request
  const scheduled =
    scheduledRoutingDateTime === undefined ? undefined : utcSeconds(scheduledRoutingDateTime)
  if (scheduled === null) return undefined
  return JSON.stringify({
    callbackNumber,
    isPreviewCallback,
    scheduledRoutingDateTime: scheduled,
  })
}

/** As in Salesforce's sample: `2026-02-26T15:40:52Z`. Parts of a second are dropped. */
function utcSeconds(iso: string): string | null {
  return DateTime.fromISO(iso, { zone: 'utc' })
    .startOf('second')
    .toISO({ suppressMilliseconds: true })
}

export interface HeaderParts {
  readonly request: CallbackRequest
  readonly token: string
  readonly telephonyProviderName: string | undefined
}

export function callbackHeaders({
  request,
  token,
  telephonyProviderName,
}: HeaderParts): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': request.idempotencyKey,
    ...(telephonyProviderName !== undefined && {
      'telephony-provider-name': telephonyProviderName,
    }),
    ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
  }
}
