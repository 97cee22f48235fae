import { once, setMaxListeners } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext, rootCertificates, TLSSocket } from 'node:tls'

import got, { AbortError, RequestError, TimeoutError, type Got, type Request } from 'got'
import { HttpsProxyAgent } from 'hpagent'

import { proxyFor, type ProxyConfig } from '../shared/config/proxy.ts'
import type { Evidence } from '../shared/delivery/salesforce-answer.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { openStep } from '../shared/telemetry/steps.ts'
import { explainFailure, type FailureExplanation, type FailureFacts } from './explain-failure.ts'
import { publishSending, type HttpStep } from './publish-sending.ts'
import { tracedExchange } from './traced-exchange.ts'
import { watchSending } from './watch-sending.ts'

export interface HttpRequest extends HttpStep {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Record<string, string>
  readonly body?: string | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** Asked once the connection is there, right before the first byte. False: none is sent. */
  readonly maySend?: (() => boolean) | undefined
  /** The how many-th time that the same is sent again. */
  readonly resend?: number | undefined
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
/** Node's 250 ms are too short for a long way. The other half of the phase is left for the other address family. */
const eachAddress = { autoSelectFamilyAttemptTimeout: phaseLimitMs / 2 } as const

export interface ExchangerOptions {
  /** In addition to the public ones. */
  readonly certificateAuthority?: string | undefined
  readonly proxy?: ProxyConfig | undefined
}

/** Requests over kept connections, one try each, no redirect followed. */
export function createExchanger({ certificateAuthority, proxy }: ExchangerOptions): Exchanger {
  const agentOptions = {
    ...eachAddress,
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
  const tunnels =
    proxy && createTunnels(proxy, { ...agentOptions, ...trusting(certificateAuthority) })
  const isProxied = (url: URL) => proxyFor(url, proxy) !== undefined
  const client = got.extend({
    agent: agents,
    // Said aloud, as NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise send tokens to anybody.
    https: { rejectUnauthorized: true },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    headers: { accept: 'application/json', 'user-agent': 'ringback' },
    request: requestOfFew,
    mutableDefaults: true,
  })
  forgetCacheOptions(client)
  const open = ({ method, url, headers, body, timeoutMs }: HttpRequest) =>
    client.stream(url, {
      method,
      headers,
      timeout: timeoutsOf(timeoutMs),
      ...(tunnels && isProxied(url) && { agent: { https: tunnels } }),
      ...(body !== undefined && { body }),
    })
  return {
    exchange: (request) =>
      tracedExchange(request, () =>
        exchange(open(request), { isProxied: isProxied(request.url), ...request }),
      ),
    close: () => {
      agents.http.destroy()
      agents.https.destroy()
      tunnels?.destroy()
    },
  }
}

/**
 * What got gives is forty fields, of which most are undefined, and Node copies them twice for each request: that was a tenth of the
 * garbage of an attempt. These are the ones that we use.
 */
function requestOfFew(url: URL, options: https.RequestOptions): http.ClientRequest {
  const { method, headers, agent, rejectUnauthorized, setHost } = options
  return url.protocol === 'https:'
    ? https.request(url, { method, headers, agent, rejectUnauthorized, setHost })
    : http.request(url, { method, headers, agent, setHost })
}

/**
 * We cache nothing. got begins the options of each request with a copy of these, and V8 (11.3, of Node 20) makes thirty new hidden classes
 * for whatever begins with a copy that is not empty: 15 KB a request that live until the old generation is collected.
 */
function forgetCacheOptions({ defaults }: Got): void {
  defaults.options.cacheOptions = {}
}

/** TLS is spoken with Salesforce, through a tunnel: the proxy sees where it leads, and nothing else. */
function createTunnels(proxy: ProxyConfig, options: https.AgentOptions): https.Agent {
  // hpagent hands these to Node, though its types do not know them.
  const proxyRequestOptions = { ...eachAddress, rejectUnauthorized: true }
  return new HttpsProxyAgent({ ...options, proxy: proxy.url, proxyRequestOptions })
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

interface RoutedRequest extends HttpRequest {
  readonly isProxied: boolean
}

async function exchange(stream: Request, request: RoutedRequest): Promise<HttpResult> {
  const { maySend = () => true } = request
  const evidence = watchSending(stream)
  publishSending(stream, request)
  // An error may come in the gap between the head and the first read of the body. The reader still gets to see it.
  stream.on('error', () => undefined)
  // got listens for upgrades and does nothing with them: without this a 101 would be waited on for ever, past all timeouts.
  stream.once('upgrade', (_head: IncomingMessage, socket: Socket) => {
    socket.destroy()
    stream.destroy(new Error('upgrade'))
  })
  const stopListening = destroyOnceAborted(stream, request.signal)
  onceConnected(stream, () => {
    if (!maySend()) stream.destroy(new SendWithheld())
  })
  try {
    await once(stream, 'response')
    const body = await readAnswer(stream, request)
    const { statusCode: status, headers } = responseOf(stream)
    return { kind: 'answered', status, retryAfter: headers['retry-after'], body, ...evidence() }
  } catch (thrown) {
    if (thrown instanceof RequestError && thrown.cause instanceof SendWithheld) return lockAtRisk
    const seen = evidence()
    return { kind: 'failed', ...explainFailure(factsOf(seen, thrown, request.isProxied)), ...seen }
  } finally {
    stopListening()
    // A connection whose answer was read to its end stays open.
    stream.destroy()
  }
}

/**
 * What got would do with the signal. But it keeps a function in a field for it, and V8 puts such a function among what is old: the whole
 * request would live until that is collected. So would one to which a listener leads that is there no more: it still knows the next one,
 * and that the next.
 */
function destroyOnceAborted(stream: Request, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => undefined
  let open: Request | undefined = stream
  const abort = () => void open?.destroy(new AbortError(open))
  if (signal.aborted) abort()
  // One signal may end every attempt of a worker. More than ten listeners are not a leak then: each goes with its attempt.
  setMaxListeners(0, signal)
  signal.addEventListener('abort', abort, { once: true })
  return () => {
    open = undefined
    signal.removeEventListener('abort', abort)
  }
}

class SendWithheld extends Error {}

const lockAtRisk: HttpFailed = {
  kind: 'failed',
  sent: false,
  phase: 'preparing',
  bytesSent: 0,
  code: 'lock-at-risk',
  message: 'Nothing was sent: getting ready took too long, and another worker may have taken over.',
}

/** Node writes the request right after this: what waits for a connection is not written before the handshake is done. */
function onceConnected(stream: Request, act: () => void): void {
  stream.once('socket', (socket: Socket) => {
    if (isConnected(socket)) act()
    else socket.once(stream.requestUrl?.protocol === 'https:' ? 'secureConnect' : 'connect', act)
  })
}

/** A tunnel is handed over connected, with the handshake still to come. */
function isConnected(socket: Socket): boolean {
  return !socket.connecting && !(socket instanceof TLSSocket && !socket.authorized)
}

async function readAnswer(stream: Request, { step, about }: HttpStep): Promise<ReadBody> {
  const reading = openStep(`${step}.answer`, about)
  try {
    const body = await readBody(stream)
    if (body.kind === 'broken-off')
      reading?.fail(new Error('the answer was cut off before its end'))
    else reading?.succeed()
    return body
  } catch (thrown) {
    // Not got's error, which holds the request, and so the token.
    reading?.fail(new Error(messageOf(thrown)))
    throw thrown
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

function factsOf({ phase }: Evidence, thrown: unknown, isProxied: boolean): FailureFacts {
  // What is not an error of got's is a bug, not a failure of the network.
  if (!(thrown instanceof RequestError)) throw thrown
  // hpagent's words, of which no code tells.
  const proxyStatus = /^Bad response: (\d+)$/.exec(thrown.message)?.[1]
  const systemCode = proxyStatus === undefined ? thrown.code : `PROXY_${proxyStatus}`
  return { phase, systemCode, cause: causeOf(thrown), isProxied }
}

function causeOf(error: RequestError): FailureFacts['cause'] {
  if (error instanceof AbortError) return 'abort'
  return error instanceof TimeoutError || error.message === 'Proxy timeout' ? 'timeout' : 'error'
}
