import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

import type { Clock } from '../../shared/time/clock.ts'

/** One part of the worker and whether it does its work. Names only: this page is for anybody who can reach it. */
export interface HealthReport {
  ready: boolean
  parts: Readonly<Record<string, boolean>>
}

export interface HealthServerOptions {
  host: string
  /** 0: any free one. */
  port: number
  report: () => Promise<HealthReport>
  clock: Clock
  /** Prometheus text, and its content type. */
  metrics: () => Promise<{ contentType: string; text: string }>
}

export interface HealthServer {
  url: string
  close(): Promise<void>
}

/** Enough for a probe, a scraper or two, and somebody who looks. */
const usualConnections = 100
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

/** How long an answer that took looking serves all who ask: it may be as old when it arrives anyway. */
const freshMs = 250

/** Of one connection, so that nobody heaps up questions in it: Node answers them side by side. */
const maxRequestsPerSocket = 10

/**
 * `/livez`: the process answers. `/readyz`: it can do its work (200) or not (503), part by part. `/metrics`: Prometheus.
 * A worker that waits for Redis is alive and not ready: restarting it would help nobody.
 *
 * Whoever can reach the port can ask, and must not be able to keep others from asking, least of all who decides whether the
 * worker is to be restarted.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const pages = {
    report: sharing(options.report, options.clock),
    metrics: sharing(options.metrics, options.clock),
  }
  const server = createServer(limits, (request, response) => {
    // Nobody has anything to tell us: of a body nothing is read, and the connection ends with the answer.
    if (hasBody(request)) response.shouldKeepAlive = false
    void answer(request, response, pages)
  })
  server.maxRequestsPerSocket = maxRequestsPerSocket
  server.maxConnections = maxConnections
  server.setTimeout(patienceMs)
  makeRoomForTheNewest(server, options.clock)
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** A limit that refuses the newest would refuse the probe: the oldest go instead, which have had their time. */
function makeRoomForTheNewest(server: Server, clock: Clock): void {
  const openedAt = new Map<Socket, number>()
  server.on('connection', (socket) => {
    const now = clock.monotonic()
    openedAt.set(socket, now)
    socket.once('close', () => openedAt.delete(socket))
    // Oldest first: a Map keeps its order.
    for (const [oldest, since] of openedAt) {
      if (openedAt.size <= usualConnections || now - since < graceMs) return
      openedAt.delete(oldest)
      oldest.destroy()
    }
  })
}

/** Who asks while the answer to somebody else is looked for, or just after, gets the same: Redis is not asked by strangers. */
function sharing<Page>(look: () => Promise<Page>, clock: Clock): () => Promise<Page> {
  let latest: { page: Promise<Page>; untilMs: number } | undefined
  return () => {
    if (latest !== undefined && clock.monotonic() < latest.untilMs) return latest.page
    const page = look()
    const looking = { page, untilMs: Infinity }
    latest = looking
    const settle = () => (looking.untilMs = clock.monotonic() + freshMs)
    page.then(settle, settle)
    return page
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

type Pages = Pick<HealthServerOptions, 'report' | 'metrics'>

async function answer(
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
  { report, metrics }: Pages,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    send(response, { status: 405, body: { methods: ['GET', 'HEAD'] } })
    return
  }
  try {
    switch (url.split('?')[0]) {
      case '/livez': {
        send(response, { status: 200, body: { alive: true } })
        return
      }
      case '/readyz': {
        const health = await report()
        send(response, { status: health.ready ? 200 : 503, body: health })
        return
      }
      case '/metrics': {
        const { contentType, text } = await metrics()
        response.writeHead(200, { 'content-type': contentType }).end(text)
        return
      }
      default: {
        send(response, { status: 404, body: { paths: ['/livez', '/readyz', '/metrics'] } })
        return
      }
    }
  } catch {
    // No error text: it could tell a stranger where Redis is.
    send(response, { status: 500, body: { error: 'see the log' } })
  }
}

function send(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
