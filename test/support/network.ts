import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A network of one machine that can be cut in two. Linux takes every address of 127.0.0.0/8 for this machine's: each server connects
 * from one of its own (`bind-source-addr`) and is reached through doors, which see who comes.
 */
export interface Network {
  newAddress(): string
  /** Behind which something of this address listens. */
  doorOf(address: string): Promise<Door>
  /** Nothing passes any more between these and all others, and nobody is told. Whoever has no address of his own reaches both sides. */
  cutOff(...addresses: readonly (string | undefined)[]): void
  heal(): void
}

export interface Door {
  port: number
  leadTo(port: number): void
}

interface Link {
  from: string
  to: string
  ends: readonly Socket[]
  carries: boolean
}

const nobodysAddress = '127.0.0.1'

export function createNetwork(): Network {
  const links = new Set<Link>()
  let alone: readonly (string | undefined)[] = []
  let addresses = 1

  const isCut = (from: string, to: string) =>
    from !== nobodysAddress && alone.includes(from) !== alone.includes(to)

  function join(client: Socket, to: string, port: number): void {
    const from = client.remoteAddress ?? ''
    const server = connect(port, nobodysAddress)
    const link = { from, to, ends: [client, server], carries: !isCut(from, to) }
    links.add(link)
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay()
      one.on('error', () => undefined)
      one.on('data', (bytes: Buffer) => {
        if (link.carries) other.write(bytes)
      })
      // Of what is cut nobody hears that the other side has hung up.
      one.on('close', () => {
        if (link.carries) other.destroy()
      })
    }
  }

  return {
    newAddress: () => `127.0.0.${(addresses += 1)}`,
    doorOf: async (address) => {
      let target = 0
      const listener = createServer((client) => join(client, address, target))
      listener.listen(0, nobodysAddress)
      await once(listener, 'listening')
      onTestFinished(() => {
        listener.close()
        for (const link of links) for (const end of link.ends) end.destroy()
      })
      const { port } = listener.address() as AddressInfo
      return { port, leadTo: (to) => (target = to) }
    },
    cutOff: (...which) => {
      alone = which
      for (const link of links) if (isCut(link.from, link.to)) link.carries = false
    },
    heal: () => {
      alone = []
      // What they have lost meanwhile they would miss: each is opened anew.
      for (const link of links) if (!link.carries) for (const end of link.ends) end.destroy()
    },
  }
}
