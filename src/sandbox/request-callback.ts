import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { maskNumber } from '../shared/phone/mask.ts'
import type { Clock } from '../shared/time/clock.ts'
import { isoTimestamp } from '../shared/time/timestamp.ts'
import type { BookingStore, RequestEnd, ReceivedRequest } from './booking-store.ts'
import { type CallbackBody, checkBody, headerProblem } from './check-request.ts'
import type { CoreApiState } from './core-api-state.ts'
import { type Behaviour, behaviourFor } from './behaviour.ts'
import type { Events } from './events.ts'
import type { Fault, FaultQueue } from './faults.ts'
import { readBody, type ReceivedBody, send } from './http.ts'
import { codeAndMessage, oneError, type Reply, unauthorized } from './replies.ts'
import type { TokenVerifier } from './verify-token.ts'

const endpoint = /^\/telephony\/v1\/voiceCalls\/([^/?#]+)\/requestCallback$/
const bodyCharactersKept = 4096

/** What the sandbox keeps between requests, and nothing of how it is served. */
export interface SandboxState {
  store: BookingStore
  faults: FaultQueue
  tokens: TokenVerifier
  events: Events
  clock: Clock
  telephonyProviderName: string | undefined
  /** `undefined`: there is no core REST API here. */
  core: CoreApiState | undefined
}

export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** Aborted by a reset and by the close: an exchange still open then is dropped, and books nothing. */
  signal: AbortSignal
}

/**
 * Everything but control: receive → check → fault → book → answer. The checks come before the faults, so a `jti` is used up
 * by a request that a fault breaks as well. A client that leaves during a delay changes nothing: it is booked all the same,
 * as a real server would.
 */
export async function answerRequest(state: SandboxState, exchange: Exchange): Promise<void> {
  const { request, response, signal } = exchange
  const body = await readBody(request)
  if (body.kind === 'broken-off') return
  signal.throwIfAborted()
  const received = state.store.receive(arrivalOf(request, body))
  const { number, nth, callId } = received
  state.events.emit({
    kind: 'request',
    at: received.receivedAt,
    request: number,
    nth,
    path: received.path,
    ...(callId !== undefined && { callId }),
  })

  const checked = await check(state, request, { received, body })
  signal.throwIfAborted()
  if (checked.kind === 'wrong') {
    finish(state, response, { received, end: checked.reply, fault: undefined })
    return
  }
  const fault = state.faults.take({ on: 'request-callback', callId: checked.received.callId })
  if (fault?.delayMs) await state.clock.sleep(fault.delayMs, signal)
  signal.throwIfAborted()
  act(state, response, { ...checked, fault })
}

type Arrival = Pick<
  ReceivedRequest,
  'method' | 'path' | 'callId' | 'headers' | 'tokenFingerprint' | 'body'
>

function arrivalOf(request: IncomingMessage, body: ReceivedBody): Arrival {
  const path = request.url ?? ''
  const callId = callIdOf(path)
  const { authorization, ...others } = request.headers
  const headers = Object.entries(others).map(([name, value]) => [name, [value].flat().join(', ')])
  return {
    method: request.method ?? '',
    path,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: body.kind === 'whole' ? body.bytes.toString('utf8').slice(0, bodyCharactersKept) : '',
    ...(callId !== undefined && { callId }),
    ...(authorization !== undefined && { tokenFingerprint: fingerprint(authorization) }),
  }
}

/** A path with a query is not the one of the API page, nor is one whose call id cannot be decoded. */
function callIdOf(path: string): string | undefined {
  const segment = endpoint.exec(path)?.[1]
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 16)
}

interface Accepted {
  received: ReceivedRequest & { callId: string }
  body: CallbackBody
}

type Checked = ({ kind: 'fine' } & Accepted) | { kind: 'wrong'; reply: Reply }

async function check(
  state: SandboxState,
  { headers, method }: IncomingMessage,
  arrival: { received: ReceivedRequest; body: ReceivedBody },
): Promise<Checked> {
  const { received, body } = arrival
  const { callId } = received
  if (callId === undefined) return wrong(codeAndMessage(404, 'NOT_FOUND', 'There is nothing here'))
  if (method !== 'POST') {
    const reply = codeAndMessage(405, 'METHOD_NOT_ALLOWED', 'Only POST is allowed here')
    return wrong({ ...reply, headers: { ...reply.headers, allow: 'POST' } })
  }
  const verdict = await state.tokens.verify(headers.authorization)
  if (verdict.kind === 'bad') return wrong(unauthorized(verdict.message))
  const problem = headerProblem(headers, state.telephonyProviderName)
  if (problem) return wrong(problem)
  if (body.kind !== 'whole') {
    return wrong(oneError(413, 'REQUEST_TOO_LARGE', 'The body is larger than 64 KiB'))
  }
  const checked = checkBody(body.bytes)
  if (checked.kind === 'wrong') return checked
  return { kind: 'fine', received: { ...received, callId }, body: checked.body }
}

function wrong(reply: Reply): Checked {
  return { kind: 'wrong', reply }
}

function act(
  state: SandboxState,
  response: ServerResponse,
  accepted: Accepted & { fault: Fault | undefined },
): void {
  const { received, fault } = accepted
  const behaviour = behaviourFor(fault, state.clock.now())
  finish(state, response, { received, fault, end: endOf(state, behaviour, accepted) })
}

/** Books where the behaviour says so, and says how the request ends. */
function endOf(
  state: SandboxState,
  behaviour: Behaviour,
  accepted: Accepted,
): Reply | 'stalled' | 'cut' {
  if (behaviour.kind === 'accept') return behaviour.reply(book(state, accepted))
  if (behaviour.booked) book(state, accepted)
  return behaviour.end
}

function book(state: SandboxState, { received, body }: Accepted): string {
  const { recordId, callId, bookedAt, callbackNumber } = state.store.book(received, body)
  state.events.emit({
    kind: 'booking',
    at: bookedAt,
    request: received.number,
    nth: state.store.bookingsOf(callId).length,
    callId,
    recordId,
    callbackNumber: maskNumber(callbackNumber),
  })
  return recordId
}

interface Finish {
  received: ReceivedRequest
  end: Reply | 'stalled' | 'cut'
  fault: Fault | undefined
}

function finish(
  state: SandboxState,
  response: ServerResponse,
  { received, end, fault }: Finish,
): void {
  const ending: RequestEnd = typeof end === 'string' ? end : end.status
  const code = typeof end === 'string' ? undefined : end.code
  const { number, callId } = received
  state.store.end(number, ending)
  state.events.emit({
    kind: 'ending',
    at: isoTimestamp(state.clock.now()),
    request: number,
    ending,
    ...(callId !== undefined && { callId }),
    ...(code !== undefined && { code }),
    ...(fault && { fault: fault.do }),
  })
  if (end === 'cut') response.destroy()
  else if (end !== 'stalled') send(response, end)
}
