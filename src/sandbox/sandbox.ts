import { type KeyObject } from 'node:crypto'
import { once, setMaxListeners } from 'node:events'
import { createServer, type Server } from 'node:http'
import { boundAddress } from '../shared/lifecycle/bound-address.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { type Clock, type Random, systemRandom } from '../shared/time/clock.ts'
import { browserProblem, hostProblem } from './browser-guard.ts'
import { BookingStore, type Booking, type Counts, type ReceivedRequest } from './booking-store.ts'
import { answerCore, coreEndpointOf } from './core-rest.ts'
import { type CoreCounts, CoreApiState } from './core-api-state.ts'
import type { CoreRules } from './core-tokens.ts'
import { answerControl, type ControlTarget, isControlPath } from './control.ts'
import { Events, type SandboxListener } from './events.ts'
import { type Fault, FaultQueue } from './faults.ts'
import { send } from './http.ts'
import { codeAndMessage, json } from './replies.ts'
import { answerRequest, type SandboxState, type Exchange } from './request-callback.ts'
import { TokenVerifier } from './verify-token.ts'

export interface SandboxOptions {
  /** Default 127.0.0.1. */
  host?: string | undefined
  /** Default 0: any free one. */
  port?: number | undefined
  publicKey: KeyObject
  /** 15 or 18 characters; a token's `iss` must be the first 15. */
  orgId: string
  callCenter: string
  /** When given, a token's `aud` must name it. */
  audience?: string | undefined
  /** When given, the header must equal it; it must be there in any case. */
  telephonyProviderName?: string | undefined
  /** Default true: a `jti` seen before gets 401. */
  singleUseJti?: boolean | undefined
  /** Default: no core REST API, so that nobody can ask what was booked. */
  core?: CoreRules | undefined
  clock: Clock
  /** For faults with a `rate`. */
  random?: Random | undefined
  faults?: readonly Fault[] | undefined
  /** Told everything, in a form that may be printed. */
  log?: SandboxListener | undefined
}

/** A running stand-in for Salesforce. Bookings and requests hold customers' numbers unmasked: they are for tests. */
export interface Sandbox {
  /** `http://host:port`, without a path. */
  url: string
  /** The latest 10,000 requests to anything but the control endpoint and the core REST API, oldest first. */
  requests(): ReceivedRequest[]
  bookings(): Booking[]
  /** More than one: a duplicate. */
  bookingsOf(callId: string): Booking[]
  /** As when Salesforce is restored from a backup: the call's bookings are gone. */
  forget(callId: string): void
  counts(): Counts
  /** Requests to the core REST API, which count nowhere else. */
  coreCounts(): CoreCounts
  /** In place of those in force. */
  setFaults(faults: readonly Fault[]): void
  /**
   * As after the start: the faults of the start, nothing received or booked, no `jti` used, no access token granted; what is
   * in hand is cut.
   */
  reset(): void
  /** Returns how to stop listening. */
  on(listener: SandboxListener): () => void
  /** Resolves as soon as `condition` holds, asked now and after every event; rejects when the sandbox closes first. */
  until(condition: () => boolean): Promise<void>
  /** The n-th request for this call, as soon as it has arrived whole; it may be unanswered still. */
  requestArrived(callId: string, nth?: number): Promise<ReceivedRequest>
  /** The n-th booking of this call, as soon as it is made. */
  booked(callId: string, nth?: number): Promise<Booking>
  /** Cuts every connection. */
  close(): Promise<void>
}

/**
 * Starts a stand-in for Salesforce's telephony API: a real HTTP server that demands what the API page demands (the token's
 * signature and claims, the headers, the body) and fails on request. Every request it accepts makes a booking, as nothing
 * says that Salesforce would notice a second one: that is how duplicates are seen. Rejects when the port is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const state = createState(options)
  const exchanges = new OpenExchanges()
  const target = createControlTarget(state, exchanges, options.faults ?? [])
  const server = serve(state, exchanges, { target, listensOn: options.host })
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  await once(server, 'listening')
  return {
    url: urlOf(server),
    ...observe(state),
    setFaults: (faults) => state.faults.replace(faults),
    reset: () => target.reset(),
    close: () => close(server, state, exchanges),
  }
}

function createState(options: SandboxOptions): SandboxState {
  const { clock, random = systemRandom, faults = [], log } = options
  const events = new Events()
  if (log) events.on(log)
  return {
    store: new BookingStore(clock),
    faults: new FaultQueue(faults, random),
    tokens: new TokenVerifier({ ...options, singleUseJti: options.singleUseJti ?? true }),
    events,
    clock,
    telephonyProviderName: options.telephonyProviderName,
    core: options.core && new CoreApiState(options.core, clock),
  }
}

function createControlTarget(
  state: SandboxState,
  exchanges: OpenExchanges,
  initialFaults: readonly Fault[],
): ControlTarget {
  return {
    store: state.store,
    faults: state.faults,
    core: state.core,
    reset: () => {
      exchanges.drop()
      state.store.clear()
      state.tokens.forgetUsed()
      state.core?.clear()
      state.faults.replace(initialFaults)
    },
  }
}

/** After a reset, a stalled or delayed exchange from before it must neither book nor answer. */
class OpenExchanges {
  readonly #open = new Set<Exchange['response']>()
  #epoch = newEpoch()

  take(exchange: Omit<Exchange, 'signal'>): Exchange {
    const { response } = exchange
    this.#open.add(response)
    response.once('close', () => this.#open.delete(response))
    return { ...exchange, signal: this.#epoch.signal }
  }

  drop(): void {
    this.#epoch.abort()
    this.#epoch = newEpoch()
    for (const response of this.#open) response.destroy()
  }
}

/** Every delayed exchange listens to it; the warning about more than ten listeners would be a false alarm. */
function newEpoch(): AbortController {
  const epoch = new AbortController()
  setMaxListeners(0, epoch.signal)
  return epoch
}

interface Control {
  target: ControlTarget
  listensOn: string | undefined
}

function serve(
  state: SandboxState,
  exchanges: OpenExchanges,
  { target, listensOn }: Control,
): Server {
  // Long, as a connection closed while the next request is under way looks to the client like a cut: those are ours to order.
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const { headers, url = '' } = request
    const isControl = isControlPath(url)
    const wrong =
      (isControl ? hostProblem(headers, listensOn) : undefined) ??
      browserProblem(headers, isControl ? `http://${headers.host ?? ''}` : undefined)
    if (wrong !== undefined) {
      // What the page may want to send is not waited for.
      response.shouldKeepAlive = false
      send(response, json(403, { problems: [wrong] }))
      return
    }
    if (isControl) {
      answerControl(target, request, response).catch((error: unknown) => fail(response, error))
      return
    }
    const exchange = exchanges.take({ request, response })
    answer(state, exchange).catch((error: unknown) => {
      if (!exchange.signal.aborted) fail(response, error)
    })
  })
  return server
}

function answer(state: SandboxState, exchange: Exchange): Promise<void> {
  const on = coreEndpointOf(exchange.request.url ?? '')
  const { core } = state
  return on && core ? answerCore(state, { ...exchange, on, core }) : answerRequest(state, exchange)
}

/** A bug of the sandbox, or a key it cannot use: the answer says so, or it would be taken for one of the faults. */
function fail(response: Exchange['response'], error: unknown): void {
  if (response.headersSent) response.destroy()
  else send(response, codeAndMessage(500, 'SANDBOX_FAILED', messageOf(error)))
}

function observe({
  store,
  core,
  events,
}: SandboxState): Omit<Sandbox, 'url' | 'setFaults' | 'reset' | 'close'> {
  return {
    requests: () => store.requests(),
    bookings: () => store.bookings(),
    bookingsOf: (callId) => store.bookingsOf(callId),
    forget: (callId) => store.forget(callId),
    counts: () => store.counts(),
    coreCounts: () => core?.counts() ?? { token: 0, query: 0, endings: {} },
    on: (listener) => events.on(listener),
    until: (condition) => events.until(condition),
    requestArrived: async (callId, nth = 1) => {
      await events.until(() => store.requestCountOf(callId) >= nth)
      return found(store.requestOf(callId, nth))
    },
    booked: async (callId, nth = 1) => {
      await events.until(() => store.bookingsOf(callId).length >= nth)
      return found(store.bookingsOf(callId)[nth - 1])
    },
  }
}

function found<T>(detail: T | undefined): T {
  if (detail === undefined) throw new Error('It happened, but its details are no longer kept')
  return detail
}

function urlOf(server: Server): string {
  const { address, port, family } = boundAddress(server)
  const host = ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : address
  return `http://${family === 'IPv6' && host === address ? `[${host}]` : host}:${port}`
}

async function close(server: Server, state: SandboxState, exchanges: OpenExchanges): Promise<void> {
  state.events.close()
  exchanges.drop()
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
