import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { onTestFinished } from 'vitest'

import { testTls } from './tls/tls-fixture.ts'

/** Stands in front of a server, as a network does, whatever is spoken through it. */
export interface TcpProxy {
  /** Of its URL: user and password of the target, if it has them, its own address and port. */
  authority: string
  /** The connections there are go silent for ever, and so do new ones until the hole is closed. None is ended. */
  blackHole(): void
  closeHole(): void
  /** New connections go there; those that are open stay where they are. */
  leadTo(targetUrl: string): void
}

interface Link {
  carries: boolean
}

/** `tls`: it ends TLS with the certificate of the tests, and goes on in plain text. */
export async function startTcpProxy(targetUrl: string, { tls = false } = {}): Promise<TcpProxy> {
  let target = new URL(targetUrl)
  const sockets = new Set<Socket>()
  const links = new Set<Link>()
  let isHole = false

  function keep(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => undefined)
  }

  function join(client: Socket): void {
    const link = { carries: !isHole }
    const upstream = connect(Number(target.port), target.hostname)
    links.add(link)
    keep(upstream)
    client.on('error', () => undefined)
    client.on('data', (bytes: Buffer) => {
      if (link.carries) upstream.write(bytes)
    })
    upstream.on('data', (bytes: Buffer) => {
      if (link.carries) client.write(bytes)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => {
      if (link.carries) client.destroy()
    })
  }

  const speaker = tls ? createTlsServer(testTls, join) : createServer(join)
  // A connection comes about in any case; within a hole nobody ever serves it, so that not even TLS is spoken.
  const listener = createServer((client) => {
    keep(client)
    if (!isHole) speaker.emit('connection', client)
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => {
    listener.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    authority: `${loginOf(targetUrl)}127.0.0.1:${(listener.address() as AddressInfo).port}`,
    blackHole: () => {
      isHole = true
      for (const link of links) link.carries = false
    },
    closeHole: () => {
      isHole = false
    },
    leadTo: (url) => {
      target = new URL(url)
    },
  }
}

function loginOf(url: string): string {
  const { username, password } = new URL(url)
  return password === '' ? '' : `${username}:${password}@`
}
