import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

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
  /** Prometheus text, and its content type. */
  metrics: () => Promise<{ contentType: string; text: string }>
}

export interface HealthServer {
  url: string
  close(): Promise<void>
}

/**
 * `/livez`: the process answers. `/readyz`: it can do its work (200) or not (503), part by part. `/metrics`: Prometheus.
 * A worker that waits for Redis is alive and not ready: restarting it would help nobody.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', response, options)
  })
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

async function answer(
  path: string,
  response: ServerResponse,
  { report, metrics }: HealthServerOptions,
): Promise<void> {
  try {
    switch (path) {
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
