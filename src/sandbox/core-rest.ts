import type { IncomingMessage } from 'node:http'
import { isoTimestamp } from '../shared/time/timestamp.ts'
import type { RequestEnd } from './booking-store.ts'
import type { CoreApiState, CoreEndpoint } from './core-api-state.ts'
import { answerQuery } from './core-query.ts'
import { retryAfterHeader } from './behaviour.ts'
import type { Fault } from './faults.ts'
import { readBody, type ReceivedBody, send } from './http.ts'
import {
  broken,
  codeAndMessage,
  garbage,
  limited,
  oauthError,
  oneError,
  redirect,
  type Reply,
  sessionExpired,
} from './replies.ts'
import type { SandboxState, Exchange } from './request-callback.ts'
import { type ContactRequestSelect, parseSoql } from './soql.ts'

const tokenPath = '/services/oauth2/token'
const queryPath = /^\/services\/data\/(v\d{2,3}\.0)\/query\/?$/

/** Which part of the core REST API a request is for, if any. */
export function coreEndpointOf(url: string): CoreEndpoint | undefined {
  const path = url.split('?')[0] ?? ''
  if (path === tokenPath) return 'token'
  return queryPath.test(path) ? 'query' : undefined
}

export interface CoreExchange extends Exchange {
  on: CoreEndpoint
  core: CoreApiState
}

/** As for the other API: receive → check → fault → answer. */
export async function answerCore(state: SandboxState, exchange: CoreExchange): Promise<void> {
  const { request, signal, on, core } = exchange
  const body = await readBody(request)
  if (body.kind === 'broken-off') return
  signal.throwIfAborted()
  const nth = core.receive(on)
  state.events.emit({ kind: 'core-request', at: isoTimestamp(state.clock.now()), on, nth })

  const checked = on === 'token' ? await checkToken(core, request, body) : checkQuery(core, request)
  signal.throwIfAborted()
  if (checked.kind === 'wrong') {
    finish(state, exchange, { nth, end: checked.reply, fault: undefined })
    return
  }
  const fault = state.faults.take({ on })
  if (fault?.delayMs) await state.clock.sleep(fault.delayMs, signal)
  signal.throwIfAborted()
  finish(state, exchange, { nth, fault, end: endOf(state, core, { checked, fault }) })
}

type End = Reply | 'stalled' | 'cut'

interface Finish {
  nth: number
  end: End
  fault: Fault | undefined
}

function finish(
  state: SandboxState,
  { response, on, core }: CoreExchange,
  { nth, end, fault }: Finish,
): void {
  const ending: RequestEnd = typeof end === 'string' ? end : end.status
  const code = typeof end === 'string' ? undefined : end.code
  core.end(ending)
  state.events.emit({
    kind: 'core-ending',
    at: isoTimestamp(state.clock.now()),
    on,
    nth,
    ending,
    ...(code !== undefined && { code }),
    ...(fault && { fault: fault.do }),
  })
  if (end === 'cut') response.destroy()
  else if (end !== 'stalled') send(response, end)
}

type ValidRequest =
  | { kind: 'token'; instanceUrl: string }
  | { kind: 'query'; select: ContactRequestSelect; apiVersion: string; token: string }

type Checked = ValidRequest | { kind: 'wrong'; reply: Reply }

async function checkToken(
  { tokens }: CoreApiState,
  { method, headers }: IncomingMessage,
  body: ReceivedBody,
): Promise<Checked> {
  if (method !== 'POST') return wrong(notAllowed('POST'))
  const form = headers['content-type']?.split(';')[0] === 'application/x-www-form-urlencoded'
  const text = form && body.kind === 'whole' ? body.bytes.toString('utf8') : ''
  const problem = await tokens.problemWith(new URLSearchParams(text))
  const instanceUrl = `http://${headers.host ?? ''}`
  return problem ? wrong(problem) : { kind: 'token', instanceUrl }
}

function checkQuery({ tokens }: CoreApiState, { method, headers, url }: IncomingMessage): Checked {
  if (method !== 'GET') return wrong(notAllowed('GET'))
  const token = tokens.tokenIn(headers.authorization)
  if (token === undefined) return wrong(sessionExpired())
  const [path = '', search = ''] = (url ?? '').split('?')
  const parsed = parseSoql(new URLSearchParams(search).get('q') ?? '')
  if (parsed.kind === 'wrong') return parsed
  const apiVersion = queryPath.exec(path)?.[1] ?? ''
  return { kind: 'query', select: parsed.select, apiVersion, token }
}

function notAllowed(allow: string): Reply {
  const reply = codeAndMessage(405, 'METHOD_NOT_ALLOWED', `Only ${allow} is allowed here`)
  return { ...reply, headers: { ...reply.headers, allow } }
}

function wrong(reply: Reply): Checked {
  return { kind: 'wrong', reply }
}

function endOf(
  state: SandboxState,
  core: CoreApiState,
  { checked, fault }: { checked: ValidRequest; fault: Fault | undefined },
): End {
  const nowMs = state.clock.now()
  const failure = fault && failureOf(fault, checked.kind, nowMs)
  if (failure && fault.do === 'unauthorized' && checked.kind === 'query') {
    core.tokens.revoke(checked.token)
  }
  if (failure) return failure
  return checked.kind === 'token'
    ? core.tokens.grant(checked.instanceUrl)
    : answerQuery(state.store, { ...checked, nowMs, fault })
}

/** `undefined` for what only delays an answer or changes what it holds. */
function failureOf(fault: Fault, on: CoreEndpoint, nowMs: number): End | undefined {
  switch (fault.do) {
    case 'refuse':
      return refusal(fault, on)
    case 'limit':
      return overLimit(on, retryAfterHeader(fault.retryAfter, nowMs))
    case 'break':
      return breakage(fault, retryAfterHeader(fault.retryAfter, nowMs))
    case 'unauthorized':
      return on === 'token' ? wrongSecret() : sessionExpired()
    case 'stall':
      return 'stalled'
    case 'cut':
      return 'cut'
    case 'redirect':
      return redirect()
    case 'garbage':
      return garbage(fault.bytes)
    default:
      return undefined
  }
}

type FaultOf<Do extends Fault['do']> = Extract<Fault, { do: Do }>

function refusal({ status, code, message }: FaultOf<'refuse'>, on: CoreEndpoint): Reply {
  const text = message ?? 'Sandbox: refused on request'
  return on === 'token'
    ? oauthError(status ?? 400, code ?? 'invalid_grant', text)
    : oneError(status ?? 403, code ?? 'INSUFFICIENT_ACCESS', text)
}

function breakage({ status, body }: FaultOf<'break'>, headers: Record<string, string>): Reply {
  return broken(status ?? 503, headers, body ?? 'json')
}

function wrongSecret(): Reply {
  return oauthError(400, 'invalid_client', 'invalid client credentials')
}

/** The core REST API says 403, not 429, when the day's requests are spent. */
function overLimit(on: CoreEndpoint, headers: Record<string, string>): Reply {
  if (on === 'token') return limited(headers)
  const reply = oneError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')
  return { ...reply, headers: { ...reply.headers, ...headers } }
}
