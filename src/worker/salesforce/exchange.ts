import { once, setMaxListeners } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext, rootCertificates } from 'node:tls'

import got, { AbortError, RequestError, TimeoutError, type Request } from 'got'

import type { Evidence } from '../../shared/contract/salesforce-answer.ts'
import { reachStep } from '../../shared/telemetry/steps.ts'
import { explainFailure, type FailureExplanation, type FailureFacts } from './explain-failure.ts'
import { publishSending, type Errand } from './publish-sending.ts'
import { watchSending } from './watch-sending.ts'

export interface HttpRequest extends Errand {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Record<string, string>
  readonly body?: string | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

export type HttpResult = HttpAnswered | HttpFailed

export interface HttpAnswered extends Evidence {
  readonly kind: 'answered'
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: ReadBody
}

export interface HttpFailed extends FailureExplanation, Evidence {
  readonly kind: 'failed'
}

export type ReadBody =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'broken-off' }

/** Empty for a body that was not read to its end: nothing can be concluded from half of one. */
export function textOf({ body }: HttpAnswered): string {
  return body.kind === 'whole' ? body.text : ''
}

export interface Exchanger {
  exchange(request: HttpRequest): Promise<HttpResult>
  close(): void
}

/** Limit of one phase of connecting, in ms: a host that does not take connections is known sooner than one that is slow. */
const phaseLimitMs = 5_000
/**
 * An idle connection is closed by us before a server or balancer closes it: a request that meets a dying connection may or
 * may not have been taken, and that doubt costs more than a new handshake.
 */
const idleConnectionMs = 10_000
export const maxBodyBytes = 65_536

/** Requests over kept connections, one try each, no redirect followed. */
export function createExchanger(certificateAuthority?: string): Exchanger {
  const agentOptions = {
    keepAlive: true,
    // The connection used last is the least likely to be dying.
    scheduling: 'lifo',
    // The worker's concurrency is the real limit.
    maxSockets: 1_024,
    timeout: idleConnectionMs,
  } as const
  const agents = {
    http: new http.Agent(agentOptions),
    https: new https.Agent({ ...agentOptions, ...trusting(certificateAuthority) }),
  }
  const client = got.extend({
    agent: agents,
    // Said aloud, as NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise send tokens to anybody.
    https: { rejectUnauthorized: true },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    headers: { accept: 'application/json', 'user-agent': 'ringback' },
  })
  const open = ({ method, url, headers, body, timeoutMs, signal }: HttpRequest) => {
    // One signal may end every attempt of a worker. More than ten listeners are no leak then: each goes with its attempt.
    if (signal) setMaxListeners(0, signal)
    return client.stream(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      timeout: timeoutsOf(timeoutMs),
      ...(signal && { signal }),
    })
  }
  return {
    exchange: (request) => exchange(open(request), request),
    close: () => {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** In addition to the public authorities. Parsed once: a context for each connection would parse over a hundred of them. */
function trusting(certificateAuthority: string | undefined): https.AgentOptions {
  if (certificateAuthority === undefined) return {}
  return { secureContext: createSecureContext({ ca: [...rootCertificates, certificateAuthority] }) }
}

function timeoutsOf(timeoutMs: number) {
  const phase = Math.min(phaseLimitMs, timeoutMs)
  return { lookup: phase, connect: phase, secureConnect: phase, request: timeoutMs }
}

async function exchange(stream: Request, { step, id }: Errand): Promise<HttpResult> {
  const evidence = watchSending(stream)
  publishSending(stream, { step, id })
  // An error may come in the gap between the head and the first read of the body. The reader still gets to see it.
  stream.on('error', () => undefined)
  // got listens for upgrades and does nothing with them: without this a 101 would be waited on for ever, past all timeouts.
  stream.once('upgrade', (_head: IncomingMessage, socket: Socket) => {
    socket.destroy()
    stream.destroy(new Error('upgrade'))
  })
  try {
    await once(stream, 'response')
    reachStep(`${step}.answer`, 'before', id)
    const body = await readBody(stream)
    reachStep(`${step}.answer`, 'after', id)
    const { statusCode: status, headers } = responseOf(stream)
    return { kind: 'answered', status, retryAfter: headers['retry-after'], body, ...evidence() }
  } catch (thrown) {
    const seen = evidence()
    return { kind: 'failed', ...explainFailure(factsOf(seen, thrown)), ...seen }
  } finally {
    // got leaves its listener on the signal until then. A connection whose answer was read to its end stays open.
    stream.destroy()
  }
}

/** With the head the answer is known; trouble in the body does not undo it. Only an abort does: nobody waits any more. */
async function readBody(stream: Request): Promise<ReadBody> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBodyBytes) return { kind: 'too-large' }
      chunks.push(chunk)
    }
  } catch (thrown) {
    if (thrown instanceof AbortError) throw thrown
    return { kind: 'broken-off' }
  }
  return { kind: 'whole', text: new TextDecoder().decode(Buffer.concat(chunks)) }
}

function responseOf({ response }: Request) {
  if (!response) throw new TypeError('got emitted a response and holds none')
  return response
}

function factsOf({ phase }: Evidence, thrown: unknown): FailureFacts {
  // What is no error of got's is a bug, not a failure of the network.
  if (!(thrown instanceof RequestError)) throw thrown
  return {
    phase,
    systemCode: thrown.code,
    cause: causeOf(thrown),
  }
}

function causeOf(error: RequestError): FailureFacts['cause'] {
  if (error instanceof AbortError) return 'abort'
  return error instanceof TimeoutError ? 'timeout' : 'error'
}
