import type { ProxyConfig } from '../shared/config/proxy.ts'
import type { SalesforceAnswer, SendFailureCode } from '../shared/delivery/salesforce-answer.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { loggable } from '../shared/telemetry/mask-secrets.ts'
import type { StepSubject } from '../shared/telemetry/steps.ts'
import type { Clock } from '../shared/time/clock.ts'
import {
  createExchanger,
  maxBodyBytes,
  type HttpFailed,
  type HttpRequest,
  type HttpResult,
  type ReadBody,
} from './exchange.ts'
import {
  callbackBody,
  callbackHeaders,
  callbackUrl,
  type CallbackRequest,
} from './format-request.ts'
import type { SentValues } from './mask-echo.ts'
import { parseBody, type ParsedBody } from './parse-answer.ts'
import { parseRetryAfterMs } from './parse-retry-after.ts'
import type { TokenSource } from './token-source.ts'

export type { CallbackRequest } from './format-request.ts'

export interface SalesforceClient {
  /** One attempt: one POST, or two when the first is answered with 401. Does not reject for trouble on the way. */
  requestCallback(request: CallbackRequest, conditions?: SendConditions): Promise<SalesforceAnswer>
  /** Closes the kept connections. */
  close(): void
}

export interface SendConditions {
  readonly signal?: AbortSignal
  /** Asked right before each POST. False: nothing is sent. */
  readonly maySend?: () => boolean
  /** What the steps of the attempt say of it, besides what the request does. */
  readonly about?: StepSubject
}

export interface SalesforceClientOptions {
  /** With `/telephony/v1`, without a slash at its end. */
  readonly baseUrl: string
  readonly tokens: TokenSource
  readonly telephonyProviderName: string | undefined
  /** Bounds the attempt as a whole. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** PEM. Trusted besides the public authorities. */
  readonly certificateAuthority?: string | undefined
  readonly proxy?: ProxyConfig | undefined
}

export function createSalesforceClient(options: SalesforceClientOptions): SalesforceClient {
  const exchanger = createExchanger(options)
  const { clock, timeoutMs } = options
  return {
    requestCallback: async (request, { signal, maySend, about } = {}) => {
      const startedMs = clock.monotonic()
      const elapsedMs = () => Math.round(clock.monotonic() - startedMs)
      const tokens: string[] = []
      const send: Send = async (parts) => {
        const remainingMs = timeoutMs - elapsedMs()
        return remainingMs > 0
          ? exchanger.exchange({
              step: 'salesforce',
              about: { id: request.idempotencyKey, traceparent: request.traceparent, ...about },
              method: 'POST',
              timeoutMs: remainingMs,
              signal,
              maySend,
              ...parts,
            })
          : undefined
      }
      const result = await attempt(options, request, { send, tokens })
      const sent = { callbackNumber: request.callbackNumber, tokens }
      return toAnswer(result, { sent, nowMs: clock.now(), durationMs: elapsedMs() })
    },
    close: () => exchanger.close(),
  }
}

/** `undefined` when no time is left to begin with. */
type Send = (
  parts: Pick<HttpRequest, 'url' | 'headers' | 'body' | 'resend'>,
) => Promise<HttpResult | undefined>

async function attempt(
  { baseUrl, tokens, telephonyProviderName }: SalesforceClientOptions,
  request: CallbackRequest,
  { send, tokens: used }: { send: Send; tokens: string[] },
): Promise<HttpResult> {
  const url = callbackUrl(baseUrl, request.callId)
  if (!url) return notSent('unusable-call-id', 'The call id cannot be part of a URL path.')
  const body = callbackBody(request)
  if (body === undefined)
    return notSent('unusable-request', 'The scheduled time is not an ISO 8601 time.')
  const sendWith = (token: string, resend?: number) => {
    used.push(token)
    const headers = callbackHeaders({ request, token, telephonyProviderName })
    return send({ url, body, headers, resend })
  }

  const token = await minted(tokens.token())
  if (token.kind === 'failed') return token
  const first = await sendWith(token.text)
  if (!first) return notSent('timeout', 'The attempt timed out before anything was sent.')
  if (first.kind === 'failed' || first.status !== 401) return first
  const renewed = await minted(tokens.renew(token.text))
  // Report the 401 rather than the missing second token, or of time for one.
  return renewed.kind === 'failed' ? first : ((await sendWith(renewed.text, 1)) ?? first)
}

type MintedToken = { readonly kind: 'minted'; readonly text: string } | HttpFailed

async function minted(token: Promise<string>): Promise<MintedToken> {
  try {
    return { kind: 'minted', text: await token }
  } catch (thrown) {
    return notSent('token-unavailable', `No token could be minted: ${loggable(messageOf(thrown))}`)
  }
}

function notSent(code: SendFailureCode, message: string): HttpFailed {
  return { kind: 'failed', sent: false, code, message, phase: 'preparing', bytesSent: 0 }
}

interface AnswerContext {
  readonly sent: SentValues
  readonly nowMs: number
  readonly durationMs: number
}

function toAnswer(
  result: HttpResult,
  { sent, nowMs, durationMs }: AnswerContext,
): SalesforceAnswer {
  if (result.kind === 'failed') return { durationMs, ...result }
  const { recordId, unusableRecordId, errors } = readParts(result.body, sent)
  const { status, phase, bytesSent } = result
  const retryAfterMs = parseRetryAfterMs(result.retryAfter, nowMs)
  return {
    kind: 'answered',
    status,
    recordId,
    unusableRecordId,
    errors,
    retryAfterMs,
    phase,
    bytesSent,
    durationMs,
  }
}

function readParts(body: ReadBody, sent: SentValues): ParsedBody {
  switch (body.kind) {
    case 'whole':
      return parseBody(body.text, sent)
    case 'too-large':
      return {
        errors: [{ message: `The answer is larger than ${maxBodyBytes} bytes and was not read.` }],
      }
    case 'broken-off':
      return { errors: [{ message: 'The answer was cut off before its end.' }] }
  }
}
