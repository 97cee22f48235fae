import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { SendPhase } from '../../../src/shared/delivery/salesforce-answer.ts'
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
const shortMs = 1_000
/** More than the buffers of a connection hold, so that writing it takes until somebody reads. */
const largeRequest = { ...exampleRequest, idempotencyKey: 'k'.repeat(16_000_000) }

/** How an attempt ended, and what is known of its way. */
async function evidenceOf(
  settings: Parameters<typeof callbackClient>[0],
  request = exampleRequest,
): Promise<unknown> {
  const answer = await callbackClient(settings).requestCallback(request)
  const { phase, bytesSent, durationMs } = answer
  expect(durationMs).toBeGreaterThanOrEqual(0)
  const end = answer.kind === 'answered' ? answer.status : answer.code
  return { end, phase, bytesSent }
}

const unsent = (phase: SendPhase, end: string) => ({ end, phase, bytesSent: 0 })

describe('of a request that did not leave the phase is known, and that no byte was sent', () => {
  it('whose call id can be no part of an address', async () => {
    const client = callbackClient({ baseUrl: baseUrlOf('http', await closedPort()) })
    const answer = await client.requestCallback({ ...exampleRequest, callId: '..' })
    expect(answer).toMatchObject({ phase: 'preparing', bytesSent: 0, code: 'unusable-call-id' })
  })

  it.each(schemes)('over %s whose host is not known', async (scheme) => {
    // A label of more than 63 characters is refused by the resolver itself, so no network is needed.
    const baseUrl = `${scheme}://${'a'.repeat(64)}.invalid/telephony/v1`
    expect(await evidenceOf({ baseUrl })).toEqual(unsent('connecting', 'dns'))
  })

  it.each(schemes)('over %s to a port where nobody listens', async (scheme) => {
    const baseUrl = baseUrlOf(scheme, await closedPort())
    expect(await evidenceOf({ baseUrl })).toEqual(unsent('connecting', 'connect'))
  })

  it.each(schemes)('over %s whose connection never comes about', async (scheme) => {
    const baseUrl = baseUrlOf(scheme, await deafPort())
    const timeoutMs = shortMs
    expect(await evidenceOf({ baseUrl, timeoutMs })).toEqual(unsent('connecting', 'timeout'))
  })

  it('to a server whose certificate nobody vouches for', async () => {
    const { baseUrl } = await socketServer(({ socket }) => void socket.resume(), 'https')
    const settings = { baseUrl, certificateAuthority: undefined }
    expect(await evidenceOf(settings)).toEqual(unsent('securing', 'tls'))
  })

  it('whose handshake never ends', async () => {
    const peer = await socketServer(({ socket }) => void socket.resume())
    const baseUrl = peer.baseUrl.replace('http:', 'https:')
    expect(await evidenceOf({ baseUrl, timeoutMs: shortMs })).toEqual(unsent('securing', 'timeout'))
  })
})

/** A peer that counts what it reads of a request, and reacts when it has it whole. */
async function countingPeer(
  scheme: (typeof schemes)[number],
  react: (connection: PeerConnection) => void,
): Promise<{ baseUrl: string; bytesRead: () => number }> {
  let bytes = 0
  const { baseUrl } = await socketServer((connection) => {
    connection.socket.on('data', (chunk) => {
      bytes += chunk.length
      if (chunk.toString().includes('"callbackNumber"')) react(connection)
    })
  }, scheme)
  return { baseUrl, bytesRead: () => bytes }
}

function answerTo(socket: Socket, status: string, body: string): void {
  socket.write(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
}

describe.each(schemes)('of a request over %s that was written', (scheme) => {
  it.each<[string, (connection: PeerConnection) => void, SendPhase, unknown]>([
    ['cut', ({ socket }) => socket.destroy(), 'sent', 'reset'],
    ['reset', ({ reset }) => reset(), 'sent', 'reset'],
    ['never answered', () => undefined, 'sent', 'timeout'],
    ['answered with no HTTP', ({ socket }) => socket.write('hello\r\n\r\n'), 'sent', 'protocol'],
    ['answered with 500', ({ socket }) => answerTo(socket, '500 Oh', '{}'), 'answered', 500],
    [
      'answered without a recordId',
      ({ socket }) => answerTo(socket, '200 OK', '{}'),
      'answered',
      200,
    ],
    [
      'answered with a recordId',
      ({ socket }) => answerTo(socket, '200 OK', `{"recordId":"${exampleRecordId}"}`),
      'answered',
      200,
    ],
    [
      'answered with half an answer',
      ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"recordId"'),
      'answered',
      200,
    ],
  ])('and %s every byte is counted, head and body', async (_case, react, phase, end) => {
    const { baseUrl, bytesRead } = await countingPeer(scheme, react)
    const timeoutMs = end === 'timeout' ? shortMs : 10_000
    const evidence = await evidenceOf({ baseUrl, timeoutMs })
    expect(evidence).toEqual({ end, phase, bytesSent: bytesRead() })
    expect(bytesRead()).toBeGreaterThan(JSON.stringify(exampleRequest).length)
  })

  it('in part, and was cut then, it is known that not all of it was', async () => {
    const { baseUrl } = await socketServer((connection) => {
      connection.socket.once('data', () => {
        connection.socket.pause()
        connection.reset()
      })
    }, scheme)
    expect(await evidenceOf({ baseUrl }, largeRequest)).toMatchObject({
      end: 'reset',
      phase: 'sending',
    })
  })

  it('on a kept connection, what it carried before does not count', async () => {
    const { baseUrl, bytesRead } = await countingPeer(scheme, ({ socket }) =>
      answerTo(socket, '200 OK', '{"recordId":"r"}'),
    )
    const client = callbackClient({ baseUrl })
    const first = await client.requestCallback(exampleRequest)
    const second = await client.requestCallback({
      ...exampleRequest,
      idempotencyKey: 'longer-id-4711',
    })
    expect(second.bytesSent).toBe(first.bytesSent + 'longer-id-4711'.length - 'order-4711'.length)
    expect(bytesRead()).toBe(first.bytesSent + second.bytesSent)
  })

  it('a second time with a new token, the second one counts', async () => {
    const server = await webServer((response, _seen, index) => {
      if (index === 0) json(response, 401, {})
      else response.destroy()
    }, scheme)
    expect(await evidenceOf({ baseUrl: server.baseUrl })).toEqual({
      end: 'reset',
      phase: 'sent',
      bytesSent: expect.any(Number) as unknown,
    })
  })
})
