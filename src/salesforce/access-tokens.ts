import type { KeyObject } from 'node:crypto'

import { SignJWT } from 'jose'
import { z } from 'zod'

import type { SearchFailed, SearchUnavailable } from '../shared/delivery/contact-request-search.ts'
import { describeErrors } from '../shared/delivery/describe-errors.ts'
import type { SalesforceError } from '../shared/delivery/salesforce-answer.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { loggable } from '../shared/telemetry/mask-secrets.ts'
import type { Clock } from '../shared/time/clock.ts'
import { textOf, type Exchanger, type HttpAnswered, type HttpResult } from './exchange.ts'
import type { SentValues } from './mask-echo.ts'
import { parseBody, parseJson } from './parse-answer.ts'
import { parseRetryAfterMs } from './parse-retry-after.ts'

/** How a client of the core REST API proves who it is. Never with the key of the telephony API. */
export type CoreCredential =
  | {
      readonly kind: 'jwt-bearer'
      readonly username: string
      readonly privateKey: KeyObject
      readonly audience: string
    }
  | {
      readonly kind: 'client-credentials'
      /** A key object, so that nothing prints it by accident. */
      readonly clientSecret: KeyObject
    }

export interface TokenEndpoint {
  readonly tokenUrl: string
  /** The consumer key of the app. */
  readonly clientId: string
  readonly credential: CoreCredential
}

export type AccessToken =
  { readonly kind: 'granted'; readonly text: string } | SearchUnavailable | SearchFailed

/** Where access tokens for the core REST API come from. Neither rejects for what Salesforce may answer. */
export interface AccessTokens {
  token(timeoutMs: number): Promise<AccessToken>
  /** A token other than the one that was just refused. */
  renew(spent: string, timeoutMs: number): Promise<AccessToken>
}

/** Told of each answer of the token endpoint. */
export type TokenObserver = (answer: AccessToken) => void

export interface AccessTokensOptions {
  readonly endpoint: TokenEndpoint
  readonly onAnswer?: TokenObserver | undefined
  readonly exchanger: Exchanger
  readonly clock: Clock
}

/** Salesforce does not say how long a token lives: as long as the org's sessions, whose shortest is 15 minutes. */
const assumedLifeMs = 10 * 60_000
/** What Salesforce's own code gives an assertion. */
const assertionLifeSeconds = 180

export function createAccessTokens({
  endpoint,
  exchanger,
  clock,
  onAnswer,
}: AccessTokensOptions): AccessTokens {
  let cached: { text: string; grantedAtMs: number } | undefined
  let asking: Promise<AccessToken> | undefined

  const ask = async (timeoutMs: number): Promise<AccessToken> => {
    const posted = await grantRequestOf(endpoint, clock.now())
    if ('kind' in posted) return posted
    const result = await exchanger.exchange({
      step: 'token',
      // Of all who wait for it.
      about: {},
      method: 'POST',
      url: new URL(endpoint.tokenUrl),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: formEncoded(posted.fields),
      timeoutMs,
      // Others may be waiting for the same token: no caller's signal ends it.
      signal: undefined,
    })
    const token = readToken(result, { sent: { tokens: [posted.secret] }, nowMs: clock.now() })
    onAnswer?.(token)
    cached = token.kind === 'granted' ? { text: token.text, grantedAtMs: clock.now() } : undefined
    return token
  }
  const askOnce = (timeoutMs: number) =>
    (asking ??= ask(timeoutMs).finally(() => (asking = undefined)))
  const usable = () => {
    const ageMs = cached === undefined ? Infinity : clock.now() - cached.grantedAtMs
    return ageMs >= 0 && ageMs < assumedLifeMs ? cached : undefined
  }

  return {
    token: async (timeoutMs) => {
      const current = usable()
      return current ? { kind: 'granted', text: current.text } : await askOnce(timeoutMs)
    },
    // A caller that was slow to learn of its 401 must not throw away the token that others have got since.
    renew: async (spent, timeoutMs) => {
      const current = usable()
      return current && current.text !== spent
        ? { kind: 'granted', text: current.text }
        : await askOnce(timeoutMs)
    },
  }
}

interface GrantRequest {
  readonly fields: Record<string, string>
  /** What of them is not to be read in what comes back. */
  readonly secret: string
}

/** The form to post, or why there is none. */
async function grantRequestOf(
  { tokenUrl, clientId, credential }: TokenEndpoint,
  nowMs: number,
): Promise<GrantRequest | SearchFailed> {
  if (credential.kind === 'client-credentials') {
    const secret = credential.clientSecret.export().toString('utf8')
    const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret }
    return { fields, secret }
  }
  try {
    const assertion = await new SignJWT()
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(clientId)
      .setSubject(credential.username)
      .setAudience(credential.audience)
      .setExpirationTime(Math.floor(nowMs / 1000) + assertionLifeSeconds)
      .sign(credential.privateKey)
    const fields = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
    return { fields, secret: assertion }
  } catch (thrown) {
    const message = `No assertion for ${new URL(tokenUrl).host} could be signed: ${loggable(messageOf(thrown))}`
    return { kind: 'failed', code: 'token-refused', message }
  }
}

function formEncoded(fields: Record<string, string>): string {
  return new URLSearchParams(fields).toString()
}

/** A token that is not plain ASCII could not be put into a header. */
const grantSchema = z.object({ access_token: z.string().regex(/^[!-~]{1,8192}$/) })

/** What an answer of the token endpoint means. */
function readToken(
  result: HttpResult,
  { sent, nowMs }: { sent: SentValues; nowMs: number },
): AccessToken {
  if (result.kind === 'failed') {
    return unavailable(`token-${result.code}`, `No access token: ${result.message}`)
  }
  const { status } = result
  if (status === 200) return readGrant(result)
  const { errors } = parseBody(textOf(result), sent)
  const message = `Salesforce answered the request for an access token with ${status}${describeErrors(errors)}.`
  if (!isTransient(status, errors)) return { kind: 'failed', code: 'token-refused', message }
  const retryAfterMs = parseRetryAfterMs(result.retryAfter, nowMs)
  return { ...unavailable('token-unavailable', message), retryAfterMs }
}

function readGrant(result: HttpAnswered): AccessToken {
  const read = grantSchema.safeParse(parseJson(textOf(result)))
  if (read.success) return { kind: 'granted', text: read.data.access_token }
  const message = 'Salesforce answered the request for an access token without one.'
  return unavailable('token-unavailable', message)
}

/** OAuth has errors of its own for "later", and may send them with 400. */
const transientErrors = ['temporarily_unavailable', 'server_error', 'unknown_error']

function isTransient(status: number, errors: readonly SalesforceError[]): boolean {
  if (status < 400 || status >= 500 || [408, 425, 429].includes(status)) return true
  return errors.some(({ code }) => code !== undefined && transientErrors.includes(code))
}

function unavailable(code: string, message: string): SearchUnavailable {
  return { kind: 'unavailable', code, message, retryAfterMs: undefined }
}
