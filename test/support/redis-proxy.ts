import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { readCommands } from './resp.ts'

/** A command as the client sent it: its name and arguments. */
type Command = readonly string[]

/**
 * Stands between a worker and Redis, as a network does. What it swallows is lost without a word: no connection is closed,
 * no reset is sent.
 */
export interface RedisProxy {
  url: string
  /** The connections there are go silent for ever, both ways. New ones work. */
  blackHole(): void
  /** The network is gone: whatever is sent from now on is swallowed, on new connections too. */
  cutOff(): void
  /** From now on each command of a connection waits for the one before it, and then so long. */
  delayEachCommand(ms: number): void
  /** Resolves when a command that fits was sent. It and everything after it was swallowed: Redis never saw it. */
  cutOffBefore(fits: (command: Command) => boolean): Promise<void>
  /** Resolves when Redis has carried out a command that fits. Its reply and everything after it was swallowed. */
  cutOffAfter(fits: (command: Command) => boolean): Promise<void>
}

interface Trap {
  fits: (command: Command) => boolean
  when: 'before' | 'after'
  sprung: () => void
}

/** One pair of connections, and whether it still carries anything. */
interface Link {
  carries: boolean
  /** Told when Redis answers something that is swallowed. */
  onSwallowedReply?: () => void
}

export async function startRedisProxy(redisUrl: string): Promise<RedisProxy> {
  const { hostname, port } = new URL(redisUrl)
  const links = new Set<Link>()
  const sockets = new Set<Socket>()
  let isCutOff = false
  let delayMs = 0
  let trap: Trap | undefined

  const silence = () => {
    for (const link of links) link.carries = false
  }
  const cutOff = () => {
    isCutOff = true
    silence()
  }

  function springsTrap(command: Command, link: Link, forward: () => void): boolean {
    if (trap === undefined || !link.carries || !trap.fits(command)) return false
    const { when, sprung } = trap
    trap = undefined
    cutOff()
    if (when === 'before') sprung()
    else {
      link.onSwallowedReply = sprung
      forward()
    }
    return true
  }

  const server = createServer((client) => {
    const link: Link = { carries: !isCutOff }
    const upstream = connect(Number(port), hostname)
    links.add(link)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      // What a dead network does to its ends is theirs to notice.
      socket.on('error', () => undefined)
    }
    let turn = Promise.resolve()
    const inTurn = (forward: () => void) => {
      if (delayMs === 0) forward()
      else turn = turn.then(() => systemClock.sleep(delayMs)).then(forward)
    }
    const commands = readCommands(({ command, bytes }) => {
      const forward = () => void upstream.write(bytes)
      if (springsTrap(command, link, forward)) return
      if (link.carries) inTurn(forward)
    })
    client.on('data', commands)
    upstream.on('data', (bytes: Buffer) => {
      if (link.carries) client.write(bytes)
      else link.onSwallowedReply?.()
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => {
      if (link.carries) client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })

  const set = (when: Trap['when']) => (fits: Trap['fits']) =>
    new Promise<void>((resolve) => (trap = { fits, when, sprung: resolve }))
  return {
    url: withPort(redisUrl, (server.address() as AddressInfo).port),
    blackHole: silence,
    cutOff,
    delayEachCommand: (ms) => (delayMs = ms),
    cutOffBefore: set('before'),
    cutOffAfter: set('after'),
  }
}

/** The same, user and password too, at another port. */
function withPort(redisUrl: string, port: number): string {
  const url = new URL(redisUrl)
  url.port = String(port)
  return url.href
}
