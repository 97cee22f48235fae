import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import type { SalesforceAnswer } from '../../../src/shared/delivery/salesforce-answer.ts'
import type { SendConditions } from '../../../src/salesforce/client.ts'
import { callbackClient, exampleRecordId, exampleRequest } from './support/callback-client.ts'
import { deafPort } from './support/deaf-port.ts'
import {
  baseUrlOf,
  closedPort,
  json,
  socketServer,
  webServer,
  type PeerConnection,
} from './support/local-peer.ts'

const schemes = ['http', 'https'] as const
/** Long enough for a handshake on a busy machine, and what the tests of timeouts wait for. */
const shortMs = 500

const seenAnswers: SalesforceAnswer[] = []

function remember(answer: SalesforceAnswer): SalesforceAnswer {
  seenAnswers.push(answer)
  return answer
}

async function attempt(
  settings: Parameters<typeof callbackClient>[0],
  conditions?: SendConditions,
) {
  return remember(await callbackClient(settings).requestCallback(exampleRequest, conditions))
}

afterEach(() => {
  const text = JSON.stringify(seenAnswers.splice(0))
  expect(text).not.toMatch(/5791189|eyJ|127\.0\.0\.1|https?:|Bearer/)
})

function answerTo(socket: Socket, body: string): void {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
}

describe('certainly not sent', () => {
  it.each(schemes)('is a request to a name that does not resolve: %s', async (scheme) => {
    // A label of more than 63 characters is refused by the resolver itself, so no network is needed.
    const baseUrl = `${scheme}://${'a'.repeat(64)}.invalid/telephony/v1`
    expect(await attempt({ baseUrl })).toMatchObject({ kind: 'failed', sent: false, code: 'dns' })
  })

  it.each(schemes)('is a request to a port where nobody listens: %s', async (scheme) => {
    const baseUrl = baseUrlOf(scheme, await closedPort())
    expect(await attempt({ baseUrl })).toMatchObject({
      kind: 'failed',
      sent: false,
      code: 'connect',
      message: 'No connection to Salesforce could be made (ECONNREFUSED).',
    })
  })

  it.each(schemes)('is a request whose connection never comes about: %s', async (scheme) => {
    const baseUrl = baseUrlOf(scheme, await deafPort())
    expect(await attempt({ baseUrl, timeoutMs: 150 })).toMatchObject({
      kind: 'failed',
      sent: false,
      code: 'timeout',
      message: 'The time ran out before a connection was made.',
    })
  })

  it('is a request to a server whose certificate nobody vouches for: it sees no byte', async () => {
    let bytes = 0
    const peer = await socketServer(({ socket }) => {
      socket.on('data', (chunk) => (bytes += chunk.length))
    }, 'https')
    expect(await attempt({ baseUrl: peer.baseUrl, certificateAuthority: undefined })).toMatchObject(
      { kind: 'failed', sent: false, code: 'tls' },
    )
    expect(peer.connections()).toBe(1)
    expect(bytes).toBe(0)
  })

  it.each([
    [
      'answers in plain text',
      ({ socket }: PeerConnection) => socket.write('220 mail ready\r\n'),
      'tls',
    ],
    ['hangs up', ({ socket }: PeerConnection) => socket.destroy(), 'tls'],
    ['resets', ({ reset }: PeerConnection) => reset(), 'tls'],
  ])('is an https request to a peer that %s instead of a handshake', async (_case, react, code) => {
    const peer = await socketServer(
      (connection) => void connection.socket.once('data', () => react(connection)),
    )
    const baseUrl = peer.baseUrl.replace('http:', 'https:')
    expect(await attempt({ baseUrl })).toMatchObject({ kind: 'failed', sent: false, code })
    expect(peer.connections()).toBe(1)
  })

  it('is an https request whose handshake never ends', async () => {
    const peer = await socketServer(({ socket }) => void socket.resume())
    const baseUrl = peer.baseUrl.replace('http:', 'https:')
    expect(await attempt({ baseUrl, timeoutMs: 2_000 })).toMatchObject({
      kind: 'failed',
      sent: false,
      code: 'timeout',
      message: 'The time ran out before the TLS handshake was done.',
    })
    expect(peer.connections()).toBe(1)
  })

  it('is a request that was aborted before it began: there is no connection', async () => {
    const server = await webServer((response) => json(response, 200, {}))
    const answer = await attempt({ baseUrl: server.baseUrl }, { signal: AbortSignal.abort() })
    expect(answer).toMatchObject({
      kind: 'failed',
      sent: false,
      code: 'aborted',
      message: 'The attempt was aborted before anything was sent.',
    })
    expect(server.connections()).toBe(0)
  })

  it('is a request that was aborted during the TLS handshake', async () => {
    const abort = new AbortController()
    const peer = await socketServer(({ socket }) => void socket.once('data', () => abort.abort()))
    const baseUrl = peer.baseUrl.replace('http:', 'https:')
    expect(await attempt({ baseUrl }, { signal: abort.signal })).toMatchObject({
      kind: 'failed',
      sent: false,
      code: 'aborted',
    })
  })
})

describe.each(schemes)('held back over %s', (scheme) => {
  const answered = { kind: 'answered', status: 200 }
  const heldBack = {
    kind: 'failed',
    sent: false,
    code: 'lock-at-risk',
    message:
      'Nothing was sent: getting ready took too long, and another worker may have taken over.',
  }

  it('is a request that comes too late when its connection is there: the server sees no byte of it', async () => {
    let bytes = 0
    const peer = await socketServer(({ socket }) => {
      socket.on('data', (chunk) => (bytes += chunk.length))
    }, scheme)
    let connected = 0
    const maySend = () => {
      connected = peer.connections()
      return false
    }
    expect(await attempt({ baseUrl: peer.baseUrl }, { maySend })).toMatchObject(heldBack)
    expect({ connected, bytes }).toEqual({ connected: 1, bytes: 0 })
  })

  it('is a request that comes too late when it gets a kept connection, and the next one is sent', async () => {
    const server = await webServer(
      (response) => json(response, 200, { recordId: exampleRecordId }),
      scheme,
    )
    const client = callbackClient({ baseUrl: server.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject(answered)
    const maySend = () => false
    const answer = await client.requestCallback(exampleRequest, { maySend })
    expect(remember(answer)).toMatchObject(heldBack)
    expect(await client.requestCallback(exampleRequest)).toMatchObject(answered)
    expect(server.seen).toHaveLength(2)
  })

  it('is the second request, too, after a 401', async () => {
    const server = await webServer((response) => json(response, 401, {}), scheme)
    const maySend = () => server.seen.length === 0
    expect(await attempt({ baseUrl: server.baseUrl }, { maySend })).toMatchObject(heldBack)
    expect(server.seen).toHaveLength(1)
  })
})

describe.each(schemes)('possibly sent over %s', (scheme) => {
  it.each([
    ['hangs up', ({ socket }: PeerConnection) => socket.destroy()],
    ['ends the connection in good order', ({ socket }: PeerConnection) => socket.end()],
    ['resets the connection', ({ reset }: PeerConnection) => reset()],
    [
      'hangs up within the head of its answer',
      ({ socket }: PeerConnection) => socket.end('HTTP/1.1 200 OK\r\nCon'),
    ],
  ])('is a request whose server reads it and %s', async (_case, react) => {
    const { baseUrl } = await socketServer((connection) => {
      connection.socket.once('data', () => react(connection))
    }, scheme)
    const answer = await attempt({ baseUrl })
    expect(answer).toMatchObject({ kind: 'failed', sent: true })
    expect(answer).toHaveProperty('code', expect.stringMatching(/^(reset|protocol)$/))
  })

  it('is a request whose server hangs up without reading it', async () => {
    const { baseUrl } = await socketServer(({ socket }) => socket.destroy(), scheme)
    expect(await attempt({ baseUrl })).toMatchObject({ kind: 'failed', sent: true, code: 'reset' })
  })

  it.each([
    ['something that is no HTTP', 'hello\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
  ])('is a request that is answered with %s', async (_case, text) => {
    const { baseUrl } = await socketServer(({ socket }) => {
      socket.once('data', () => socket.write(text))
    }, scheme)
    expect(await attempt({ baseUrl })).toMatchObject({
      kind: 'failed',
      sent: true,
      code: 'protocol',
    })
  })

  it('is a request that is never answered', async () => {
    const { baseUrl } = await socketServer(({ socket }) => void socket.resume(), scheme)
    expect(await attempt({ baseUrl, timeoutMs: shortMs })).toMatchObject({
      kind: 'failed',
      sent: true,
      code: 'timeout',
      message: 'The time ran out before Salesforce answered.',
    })
  })

  it('is a request that was aborted while its answer was awaited', async () => {
    const abort = new AbortController()
    const { baseUrl } = await webServer(() => abort.abort(), scheme)
    expect(await attempt({ baseUrl }, { signal: abort.signal })).toMatchObject({
      kind: 'failed',
      sent: true,
      code: 'aborted',
    })
  })

  it('is a request that was aborted within its answer', async () => {
    const abort = new AbortController()
    // got announces the head of an answer here, one turn of the event loop before its body is awaited.
    const abortLater = () => void setImmediate(() => abort.abort())
    subscribe('got:response:start', abortLater)
    onTestFinished(() => void unsubscribe('got:response:start', abortLater))
    const { baseUrl } = await webServer((response) => {
      response.writeHead(200).write('{"recordId"')
    }, scheme)
    expect(await attempt({ baseUrl }, { signal: abort.signal })).toMatchObject({
      kind: 'failed',
      sent: true,
      code: 'aborted',
    })
  })

  it.each([
    ['reset', ({ reset }: PeerConnection) => reset()],
    ['closed', ({ socket }: PeerConnection) => socket.destroy()],
  ])('is a request on a kept connection that is %s on its arrival', async (_case, react) => {
    let requests = 0
    const peer = await socketServer((connection) => {
      connection.socket.on('data', (chunk) => {
        if (!chunk.toString().includes('"callbackNumber"')) return
        if (++requests === 1) answerTo(connection.socket, '{"recordId":"0TzLT00000000w50AA"}')
        else react(connection)
      })
    }, scheme)
    const client = callbackClient({ baseUrl: peer.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      recordId: exampleRecordId,
    })
    expect(remember(await client.requestCallback(exampleRequest))).toMatchObject({
      kind: 'failed',
      sent: true,
      code: 'reset',
    })
    expect(peer.connections()).toBe(1)
  })

  it('is a request on a kept connection that is never answered', async () => {
    const server = await webServer((response, _seen, index) => {
      if (index === 0) json(response, 200, { recordId: exampleRecordId })
    }, scheme)
    const client = callbackClient({ baseUrl: server.baseUrl, timeoutMs: shortMs })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      recordId: exampleRecordId,
    })
    expect(remember(await client.requestCallback(exampleRequest))).toMatchObject({
      kind: 'failed',
      sent: true,
      code: 'timeout',
    })
    expect(server.connections()).toBe(1)
  })
})

describe.each(schemes)('a kept connection over %s', (scheme) => {
  it('that the server has closed meanwhile is not used for the next request', async () => {
    let closed: Promise<unknown> | undefined
    let server: Socket | undefined
    const peer = await socketServer(({ socket }) => {
      socket.on('data', (chunk) => {
        if (!chunk.toString().includes('"callbackNumber"')) return
        answerTo(socket, `{"recordId":"${exampleRecordId}"}`)
        closed = once(socket, 'close')
      })
      server = socket
    }, scheme)
    const client = callbackClient({ baseUrl: peer.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({ status: 200 })
    // The server's socket is closed once the client has closed its side too.
    server?.end()
    await closed
    expect(await client.requestCallback(exampleRequest)).toMatchObject({ status: 200 })
    expect(peer.connections()).toBe(2)
  })
})
