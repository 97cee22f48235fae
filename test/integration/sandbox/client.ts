import { SignJWT } from 'jose'
import { createKeyPair } from '../../../src/sandbox/key-pair.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.ts'
import type { Clock } from '../../../src/shared/time/clock.ts'

export const orgId = '00DHs00000Kmpyr'
export const callCenter = 'scv4cc1'
export const callId = '89328b83-ff42-4c85-a2af-e948124365de'
export const keys = createKeyPair()

export const nowMs = Date.UTC(2026, 1, 26, 15, 0, 0)
export const nowSeconds = nowMs / 1000

/** Time that stands still. A sleep ends when the test says so, or when its signal is aborted. */
export interface HeldClock extends Clock {
  /** Resolves with the length of the oldest sleep nobody has taken yet, and how to end it. */
  nextSleep(): Promise<{ ms: number; end: () => void }>
}

interface Sleep {
  ms: number
  end: () => void
}

export function heldClock(startMs = nowMs): HeldClock & { advance: (ms: number) => void } {
  let now = startMs
  const asleep: Sleep[] = []
  const awaited: ((sleep: Sleep) => void)[] = []
  return {
    now: () => now,
    monotonic: () => now,
    advance: (ms) => void (now += ms),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        const sleep = { ms, end: resolve }
        const waiting = awaited.shift()
        if (waiting) waiting(sleep)
        else asleep.push(sleep)
      }),
    nextSleep: () => {
      const sleep = asleep.shift()
      return sleep ? Promise.resolve(sleep) : new Promise((resolve) => awaited.push(resolve))
    },
  }
}

export function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const clock = heldClock()
  return startSandbox({ publicKey: keys.publicKey, orgId, callCenter, clock, ...options })
}

export const goodClaims = {
  iss: orgId,
  sub: callCenter,
  iat: nowSeconds,
  exp: nowSeconds + 300,
}

export function sign(claims: Record<string, unknown> = goodClaims): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).sign(keys.privateKey)
}

export const goodBody = {
  callbackNumber: '+18445791189',
  isPreviewCallback: true,
  scheduledRoutingDateTime: '2026-02-26T15:40:52Z',
}

export interface Sent {
  callId?: string
  path?: string
  method?: string
  token?: string
  headers?: Record<string, string | undefined>
  body?: unknown
  signal?: AbortSignal
}

/** A request as the API page has it, but for what is given. A header given as undefined is left out. */
export async function post(sandbox: Sandbox, sent: Sent = {}): Promise<Response> {
  const headers = {
    authorization: `Bearer ${sent.token ?? (await sign())}`,
    'content-type': 'application/json',
    'telephony-provider-name': 'Amazon Connect',
    ...sent.headers,
  }
  const { method = 'POST', body = goodBody } = sent
  const id = encodeURIComponent(sent.callId ?? callId)
  return fetch(sandbox.url + (sent.path ?? `/telephony/v1/voiceCalls/${id}/requestCallback`), {
    method,
    redirect: 'manual',
    headers: Object.entries(headers).filter((pair): pair is [string, string] => !!pair[1]),
    ...(method !== 'GET' && { body: bodyInit(body) }),
    ...(sent.signal && { signal: sent.signal }),
  })
}

function bodyInit(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
}

/** Status and parsed JSON, and how many bookings there are by now. */
export async function outcome(sandbox: Sandbox, sent: Sent = {}) {
  const response = await post(sandbox, sent)
  const body: unknown = await response.json()
  return { status: response.status, body, booked: sandbox.bookings().length }
}

export function control(sandbox: Sandbox, method: string, path: string, body?: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(sandbox.url + path, { method, ...(body !== undefined && { body: text }) })
}
