import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

import { systemClock } from '../../src/shared/time/clock.ts'

/** Stands between two parties as a network does, with its failures. */
export interface TcpProxy {
  port: number
  /** Existing connections carry nothing more in either direction and stay open. New ones work. */
  silence(): void
  /** Like `silence`, for new connections too. */
  blackOut(on: boolean): void
  /** Everything arrives this much later. */
  delay(ms: number): void
  /** Every connection is closed. */
  cut(): void
  close(): Promise<void>
}

interface Link {
  carries: boolean
  client: Socket
  upstream: Socket
}

export async function startTcpProxy(upstreamPort: number): Promise<TcpProxy> {
  const links = new Set<Link>()
  const conditions = { dark: false, delayMs: 0 }
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1')
    const link: Link = { carries: !conditions.dark, client, upstream }
    links.add(link)
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      // What a dead network does to its ends is theirs to notice.
      socket.on('error', () => undefined)
    }
    carry(link, { from: client, to: upstream, conditions })
    carry(link, { from: upstream, to: client, conditions })
    client.on('close', () => {
      links.delete(link)
      upstream.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const silence = () => {
    for (const link of links) link.carries = false
  }
  const cut = () => {
    for (const { client, upstream } of links) {
      client.destroy()
      upstream.destroy()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    silence,
    blackOut: (on) => {
      conditions.dark = on
      if (on) silence()
    },
    delay: (ms) => (conditions.delayMs = ms),
    cut,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}

interface Way {
  from: Socket
  to: Socket
  conditions: { delayMs: number }
}

/** In order, whatever the delay was meanwhile. What a silent link is given is lost. */
function carry(link: Link, { from, to, conditions }: Way): void {
  let sent = Promise.resolve()
  from.on('data', (bytes: Buffer) => {
    const dueMs = systemClock.now() + conditions.delayMs
    sent = sent.then(async () => {
      const waitMs = dueMs - systemClock.now()
      if (waitMs > 0) await systemClock.sleep(waitMs)
      if (link.carries && !to.destroyed) to.write(bytes)
    })
  })
  from.on('close', () => {
    void sent.then(() => {
      if (link.carries) to.destroy()
    })
  })
}
