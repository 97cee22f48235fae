import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http'
import type { Socket } from 'node:net'

import { boundAddress } from '../../shared/lifecycle/bound-address.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { Router } from './router.ts'

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

/** Who asks sends one small line and takes a small page: nothing of that takes as long as this. */
const patienceMs = 5_000

const limits: ServerOptions = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: patienceMs,
  requestTimeout: patienceMs,
  // How often the two above are looked after; Node's own thirty seconds would make them half a minute.
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: patienceMs,
}

/** Of one connection, so that nobody heaps up questions in it: Node answers them side by side. */
const maxRequestsPerSocket = 10

/**
 * Serves what the router answers. Whoever can reach the port can ask, and must not be able to keep others from asking,
 * least of all who decides whether the worker is to be restarted.
 */
export async function startGuardedServer(
  route: Router,
  { host, port, clock }: ListenOptions,
): Promise<RunningServer> {
  const server = createServer(limits, (request, response) => {
    // Nobody has anything to tell us: of a body nothing is read, and the connection ends with the answer.
    if (hasBody(request)) response.shouldKeepAlive = false
    void route(request).then(({ status, contentType, body, headers }) => {
      response.writeHead(status, { ...headers, 'content-type': contentType }).end(body)
    })
  })
  server.maxRequestsPerSocket = maxRequestsPerSocket
  server.maxConnections = maxConnections
  server.setTimeout(patienceMs)
  dropOldestConnection(server, clock)
  server.listen(port, host)
  await once(server, 'listening')
  const listening = boundAddress(server)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening.port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** A limit that refuses the newest would refuse the probe: the oldest go instead, which have had their time. */
function dropOldestConnection(server: Server, clock: Clock): void {
  const openedAt = new Map<Socket, number>()
  server.on('connection', (socket) => {
    const now = clock.monotonic()
    openedAt.set(socket, now)
    socket.once('close', () => openedAt.delete(socket))
    // Oldest first: a Map keeps its order.
    for (const [oldest, since] of openedAt) {
      if (openedAt.size <= expectedConnections || now - since < graceMs) return
      openedAt.delete(oldest)
      oldest.destroy()
    }
  })
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}
