import { serve, type ServerType } from '@hono/node-server'

import { messageOf, RingbackError } from '../../shared/errors/errors.ts'
import { boundAddress } from '../../shared/lifecycle/bound-address.ts'
import { createConsoleApp, type ConsoleOptions } from './app.ts'

export interface ServedConsole extends ConsoleOptions {
  host: string
  /** 0: any free one. */
  port: number
}

export interface RunningConsole {
  url: string
  close(): Promise<void>
}

export async function startConsole(options: ServedConsole): Promise<RunningConsole> {
  const { host, port, basePath } = options
  const server = await listening(createConsoleApp(options).fetch, { host, port })
  const bound = boundAddress(server)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}${basePath}`,
    close: () => closed(server),
  }
}

function listening(
  fetch: Parameters<typeof serve>[0]['fetch'],
  { host, port }: Pick<ServedConsole, 'host' | 'port'>,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, () => resolve(server))
    server.once('error', (error) => {
      const where = `RINGBACK_CONSOLE_PORT: cannot listen on ${host}:${port}`
      const message = `${where}: ${messageOf(error)}. Choose another port, or 0 for any free one.`
      reject(new RingbackError('invalid-configuration', message, { cause: error }))
    })
  })
}

/** Pages that are open would be listened to for ever. */
function closed(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
