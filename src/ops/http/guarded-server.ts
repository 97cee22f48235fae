import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer, type Socket } from 'node:net'

import { boundAddress } from '../../shared/lifecycle/bound-address.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { OneQuestion } from './one-question.ts'

export interface ListenOptions {
  host: string
  /** 0: any free one. */
  port: number
  clock: Clock
}

export interface RunningServer {
  url: string
  close(): Promise<void>
}

/** Enough for a probe, a scraper or two, and somebody who looks. */
const expectedConnections = 100
/** Before a connection has had so long to say what it wants, it is not closed for the sake of another. */
const graceMs = 500
/** In any case: sockets and memory are the work's. Keeping a probe out takes as many new connections within the grace. */
const maxConnections = 2_000

/** Of a connection, from beginning to end: who asks sends one small line and takes a small page. */
const lifetimeMs = 6_000

const maxHeaderSize = 8 * 1024

/** What an app of hono's does with a request. */
export type Answer = (request: Request) => Response | Promise<Response>

/**
 * Serves what is answered. Whoever can reach the port can ask, and must not be able to keep others from asking,
 * least of all who decides whether the worker is to be restarted.
 */
export async function startGuardedServer(
  answer: Answer,
  { host, port, clock }: ListenOptions,
): Promise<RunningServer> {
  const web = createHttpServer({ maxHeaderSize }, (request, response) => {
    // Whoever asks every few seconds can as well connect anew.
    response.shouldKeepAlive = false
    void respond(answer, request, response)
  })
  const connections = new Map<Socket, number>()
  const server = createServer((socket) => {
    makeRoom(connections, clock)
    connections.set(socket, clock.monotonic())
    socket.once('close', () => connections.delete(socket))
    endInTime(socket, clock)
    web.emit('connection', new OneQuestion(socket))
  })
  server.maxConnections = maxConnections
  // Of 511, Node's own, a thousand that come at once leave none for a probe: it would be heard seconds later, when it repeats itself.
  server.listen({ port, host, backlog: maxConnections })
  await once(server, 'listening')
  const listening = boundAddress(server)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening.port}`,
    close: async () => {
      server.close()
      for (const socket of connections.keys()) socket.destroy()
      await once(server, 'close')
    },
  }
}

function endInTime(socket: Socket, clock: Clock): void {
  const closed = new AbortController()
  socket.once('close', () => closed.abort())
  clock.sleep(lifetimeMs, closed.signal).then(
    () => socket.destroy(),
    () => undefined,
  )
}

/** A limit that refuses the newest would refuse the probe: the oldest go instead, which have had their time. */
function makeRoom(connections: Map<Socket, number>, clock: Clock): void {
  const now = clock.monotonic()
  // Oldest first: a Map keeps its order.
  for (const [oldest, since] of connections) {
    if (connections.size < expectedConnections || now - since < graceMs) return
    connections.delete(oldest)
    oldest.destroy()
  }
}

/** Whoever may ask for a page may ask for its head: Node leaves the body out. */
const methods = ['GET', 'HEAD']

/**
 * By hand: @hono/node-server says on the standard output, where the log goes, that somebody has hung up, and puts Request and
 * Response of its own in the place of Node's. Nothing here is about the name by which a probe calls this machine.
 */
async function respond(
  answer: Answer,
  { method = '', url = '/', headers: asked }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = methods.includes(method)
    ? await answer(
        new Request(addressOf(url), { method, headers: { accept: asked.accept ?? '*/*' } }),
      )
    : Response.json({ methods }, { status: 405, headers: { allow: methods.join(', ') } })
  const { status, headers, body } = await readOnce(reply)
  response.writeHead(status, headers).end(body)
}

interface ReadReply {
  status: number
  headers: Record<string, string>
  /** Bytes: as text it would be encoded anew for each who asks. */
  body: Buffer
}

const alreadyRead = new WeakMap<Response, Promise<ReadReply>>()

/** What many share is read once: to read it takes ten times as long as to find it, and a flood asks thousands of times a second. */
function readOnce(reply: Response): Promise<ReadReply> {
  const known = alreadyRead.get(reply)
  if (known !== undefined) return known
  const { status, headers } = reply
  const reading = reply.arrayBuffer().then((body) => ({
    status,
    headers: Object.fromEntries(headers),
    body: Buffer.from(body),
  }))
  alreadyRead.set(reply, reading)
  return reading
}

function addressOf(url: string): URL {
  const here = 'http://localhost/'
  return URL.canParse(url, here) ? new URL(url, here) : new URL(here)
}
