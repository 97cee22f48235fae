/**
 * Salesforce, or what stands in front of it, does everything a peer can do wrong, one misdeed for each callback; the next
 * request for it is answered as it should be.
 */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'

import { readCallback } from '../../src/shared/store/ledger/callback-record.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import { at, furtherDestinations } from '../support/further-destinations.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { seededIntegers } from '../support/seeded.ts'
import { testTls } from '../support/tls/tls-fixture.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const attemptTimeoutMs = 2_000
const gigabyte = 2 ** 30
/** What sockets, proxies and kernel hold at most of an answer that nobody reads. */
const mostUnreadBytes = 32 * 2 ** 20

interface Misdeed {
  callId: string
  commit: (response: ServerResponse, peer: Peer) => void
  /** What the attempt came to. */
  outcome: 'uncertain' | 'unavailable'
  code: string
}

const misdeeds: Misdeed[] = [
  {
    callId: 'is-never-answered',
    commit: () => undefined,
    outcome: 'uncertain',
    code: 'timeout',
  },
  {
    callId: 'is-answered-head-byte-by-byte',
    commit: ({ socket }) => void trickle(socket, `HTTP/1.1 200 OK\r\nX-Filler: ${'x'.repeat(1e6)}`),
    outcome: 'uncertain',
    code: 'timeout',
  },
  {
    callId: 'is-answered-body-byte-by-byte',
    commit: (response) => {
      response.writeHead(200).write('{"filler":"')
      void trickle(response.socket, 'x'.repeat(1e6))
    },
    outcome: 'uncertain',
    code: 'errors-in-success',
  },
  {
    callId: 'is-answered-with-garbage',
    commit: ({ socket }) => void socket?.end(Buffer.from([0, 255, 13, 10, 7, 200, 10, 13, 10])),
    outcome: 'uncertain',
    code: 'protocol',
  },
  {
    callId: 'is-answered-with-a-gigabyte',
    commit: (response, peer) => void pour(response, peer),
    outcome: 'uncertain',
    code: 'errors-in-success',
  },
  { callId: 'waits-minus-five-seconds', ...retryAfter('-5') },
  { callId: 'waits-a-year', ...retryAfter('31536000') },
  { callId: 'waits-for-nonsense', ...retryAfter('soon; Thu, 99 Foo') },
  {
    callId: 'is-sent-elsewhere',
    commit: (response, { elsewhere }) => {
      response.writeHead(307, { location: `${elsewhere}/telephony/v1` }).end()
    },
    outcome: 'unavailable',
    code: 'redirected',
  },
]

const kept = sampleCallbacks(40, 'kept')

it('brings every callback to its end, marked where it may have been heard, whatever Salesforce answers', async () => {
  const bundle = await setup()
  const { producer } = bundle
  const peer = await startPeer()
  const impostor = await startImpostor()
  const worker = await startWorkerProcess(bundle, {
    ...furtherDestinations(bundle, {
      'other-name': { salesforceUrl: `https://${impostor.host}`, maxAttempts: 2 },
      'no-name': {
        // The resolver refuses a label of more than 63 characters by itself, so no network is needed.
        salesforceUrl: `https://${'a'.repeat(64)}.my.salesforce-scrt.com`,
        maxAttempts: 2,
      },
    }),
    RINGBACK_SALESFORCE_URL: peer.url,
    RINGBACK_ATTEMPT_TIMEOUT: `${attemptTimeoutMs}ms`,
    RINGBACK_LOCK_DURATION: '5s',
    RINGBACK_CONCURRENCY: '20',
  })
  const startedAtMs = systemClock.now()
  for (const { callId } of misdeeds) await sendRaw(bundle, sampleCallback(callId))
  const unreachable = ['other-name', 'no-name'].map((name) => at(bundle, name))
  for (const each of unreachable) await sendRaw(each, sampleCallback('unreachable'))
  await Promise.all(unreachable.map((each) => resultsOfAll(each, ['unreachable'])))
  await resultsOfAll(
    bundle,
    misdeeds.map(({ callId }) => callId),
  )
  // The timeout, the longest backoff, and the rest for a busy machine.
  expect(systemClock.now() - startedAtMs).toBeLessThan(attemptTimeoutMs + 10_000)

  for (const { callId, outcome, code } of misdeeds) {
    const story = await producer.status(callId)
    expect(story, callId).toMatchObject({
      state: 'booked',
      attempts: 2,
      possibleDuplicate: outcome === 'uncertain',
      history: [{ outcome, code }, { outcome: 'booked' }],
    })
  }
  expect(peer.poured()).toBeLessThan(mostUnreadBytes)
  expect(peer.requestsElsewhere()).toBe(0)
  const [otherName, noName] = await Promise.all(
    unreachable.map(({ store }) => readCallback(store, 'unreachable')),
  )
  const exhausted = { state: 'dead', reason: 'exhausted', possibleDuplicate: false }
  expect(otherName).toMatchObject({ ...exhausted, code: 'tls' })
  expect(noName).toMatchObject({ ...exhausted, code: 'dns' })
  expect(impostor.bytes()).toBe(0)

  peer.closeAtRandom()
  for (const callback of kept) await sendRaw(bundle, callback)
  await resultsOfAll(
    bundle,
    kept.map(({ id }) => id),
  )
  for (const { id } of kept) {
    const story = await producer.status(id)
    expect(story).toMatchObject({ state: 'booked' })
    expect(peer.bookingsOf(id) === 1 || story?.possibleDuplicate === true, id).toBe(true)
  }
  // Else nothing was proved: connections were closed under requests, and others were used again.
  expect(peer.closed()).toBeGreaterThan(0)
  expect(peer.connections()).toBeLessThan(peer.requests())
  worker.signal('SIGTERM')
  expect(await worker.exited).toEqual({ code: 0, signal: null })
}, 60_000)

function retryAfter(value: string): Omit<Misdeed, 'callId'> {
  return {
    commit: (response) => void response.writeHead(503, { 'retry-after': value }).end(),
    outcome: 'unavailable',
    code: 'service-unavailable',
  }
}

async function trickle(socket: Socket | null, text: string): Promise<void> {
  for (const byte of text) {
    if (socket?.writable !== true) return
    socket.write(byte)
    await systemClock.sleep(50)
  }
}

async function pour(response: ServerResponse, peer: Peer): Promise<void> {
  response.writeHead(200, { 'content-length': gigabyte })
  const chunk = Buffer.alloc(65_536, ' ')
  const gone = once(response, 'close')
  while (!response.destroyed) {
    peer.pours(chunk.length)
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), gone])
  }
}

interface Peer {
  url: string
  elsewhere: string
  pours(bytes: number): void
  poured(): number
  requestsElsewhere(): number
  /** From now on: before or after an answer, or not at all, by seeded chance. */
  closeAtRandom(): void
  bookingsOf(callId: string): number
  closed(): number
  connections(): number
  requests(): number
}

async function startPeer(): Promise<Peer> {
  const seen = new Map<string, number>()
  const bookings = new Map<string, number>()
  const draw = seededIntegers(20_260_226)
  const count = { poured: 0, elsewhere: 0, closed: 0, connections: 0, requests: 0 }
  let closesAtRandom = false

  const elsewhere = await listen(createServer(() => (count.elsewhere += 1)))
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const [, callId = ''] = /voiceCalls\/([^/]+)\//.exec(request.url ?? '') ?? []
      const nth = (seen.get(callId) ?? 0) + 1
      seen.set(callId, nth)
      count.requests += 1
      const misdeed = misdeeds.find((each) => each.callId === callId)
      if (misdeed !== undefined && nth === 1) misdeed.commit(response, peer)
      else answer(response, callId)
    })
  })
  server.on('connection', () => (count.connections += 1))

  function answer(response: ServerResponse, callId: string): void {
    const chance = closesAtRandom ? draw(1, 8) : 0
    const close = () => {
      count.closed += 1
      response.socket?.destroy()
    }
    if (chance === 1) {
      close()
      return
    }
    bookings.set(callId, (bookings.get(callId) ?? 0) + 1)
    if (chance === 2) {
      close()
      return
    }
    const body = JSON.stringify({ recordId: '0TzLT00000000w50AA' })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(body, () => {
      if (chance === 3) close()
    })
  }

  const peer: Peer = {
    url: `http://${await listen(server)}`,
    elsewhere: `http://${elsewhere}`,
    pours: (bytes) => (count.poured += bytes),
    poured: () => count.poured,
    requestsElsewhere: () => count.elsewhere,
    closeAtRandom: () => (closesAtRandom = true),
    bookingsOf: (callId) => bookings.get(callId) ?? 0,
    closed: () => count.closed,
    connections: () => count.connections,
    requests: () => count.requests,
  }
  return peer
}

/** Its certificate is a trusted one, but for 127.0.0.1. */
async function startImpostor() {
  let bytes = 0
  const server = createTlsServer(testTls, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
  })
  server.on('tlsClientError', () => undefined)
  return { host: await listen(server, '127.0.0.2'), bytes: () => bytes }
}

type Listening = ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>

async function listen(server: Listening, address = '127.0.0.1'): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)))
  server.listen(0, address)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `${address}:${(server.address() as AddressInfo).port}`
}
