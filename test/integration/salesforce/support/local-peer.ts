import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import tls from 'node:tls'
import { onTestFinished } from 'vitest'
import { testTls } from '../../../support/tls/tls-fixture.ts'

export type Scheme = 'http' | 'https'

export interface LocalPeer {
  readonly baseUrl: string
  /** TCP connections taken so far. */
  connections(): number
}

/** A real server on a free port of this machine, gone when the test ends. */
async function listen(server: net.Server, scheme: Scheme): Promise<LocalPeer> {
  const sockets = new Set<Socket>()
  let taken = 0
  server.on('connection', (socket: Socket) => {
    taken++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { baseUrl: baseUrlOf(scheme, portOf(server)), connections: () => taken }
}

export function baseUrlOf(scheme: Scheme, port: number): string {
  return `${scheme}://127.0.0.1:${port}/telephony/v1`
}

function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port
}

interface SeenRequest {
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export type Respond = (
  response: http.ServerResponse,
  seen: SeenRequest,
  index: number,
) => void | Promise<void>

export interface WebServer extends LocalPeer {
  readonly seen: SeenRequest[]
}

/** Reads every request to its end before it responds. */
export async function webServer(respond: Respond, scheme: Scheme = 'http'): Promise<WebServer> {
  const seen: SeenRequest[] = []
  const listener: RequestListener = (request, response) => {
    void readText(request).then((body) => {
      const one = { path: request.url ?? '', headers: request.headers, body }
      seen.push(one)
      return respond(response, one, seen.length - 1)
    })
  }
  const server =
    scheme === 'http' ? http.createServer(listener) : https.createServer(testTls, listener)
  return { ...(await listen(server, scheme)), seen }
}

/** A connection as its server sees it. */
export interface PeerConnection {
  readonly socket: Socket
  /** Ends it with a TCP reset, which Node offers for plain sockets only. */
  readonly reset: () => void
}

/** A peer that may be no web server at all: `onConnection` gets each socket, after the handshake with `https`. */
export async function socketServer(
  onConnection: (connection: PeerConnection) => void,
  scheme: Scheme = 'http',
): Promise<LocalPeer> {
  const plainSockets = new Map<number | undefined, Socket>()
  const listener = (socket: Socket) => {
    socket.on('error', () => undefined)
    const plain = plainSockets.get(socket.remotePort)
    onConnection({ socket, reset: () => void plain?.resetAndDestroy() })
  }
  const server = scheme === 'http' ? net.createServer() : tls.createServer(testTls)
  server.on('connection', (socket: Socket) => plainSockets.set(socket.remotePort, socket))
  server.on(scheme === 'http' ? 'connection' : 'secureConnection', listener)
  server.on('tlsClientError', () => undefined)
  return listen(server, scheme)
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

export function json(response: http.ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

async function readText(request: http.IncomingMessage): Promise<string> {
  request.setEncoding('utf8')
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
