import type { HostPort } from '../config/redis-address.ts'
import type { Informant, Layout } from './directory.ts'
import {
  explainSilence,
  openInformant,
  type InformantConnection,
  type InformantOptions,
} from './informant-connection.ts'
import { redisErrorKind } from './redis-errors.ts'
import { asList, asText } from './reply.ts'

interface Range {
  first: number
  last: number
  primary: HostPort
}

interface Answer {
  layout: Layout
  /** False: it has lost the others, or so many that it takes nothing; what it says of slots may be long over. */
  isServing: boolean
}

/**
 * Asks one node after the other, first the one that answered last, until one says who has which slots. One that is cut off from
 * the others goes on naming itself: it is believed only where none of them serves.
 */
export function askCluster(hosts: readonly HostPort[], options: InformantOptions): Informant {
  let known = hosts
  let current: { host: HostPort; connection: InformantConnection } | undefined

  function close(): void {
    current?.connection.close()
    current = undefined
  }

  async function askNode(host: HostPort): Promise<Answer> {
    if (current?.host !== host) close()
    current ??= { host, connection: openInformant(host, options) }
    const { connection } = current
    // eslint-disable-next-line ringback/commands-in-store, ringback/side-effects-are-steps -- asks where the store is
    const reply = await connection.ask((redis) => redis.cluster('SLOTS'))
    const ranges = decodeSlots(reply, host)
    if (ranges.length === 0) throw new Error(`${host.host}:${host.port} knows of no slots`)
    const isServing = await serves(connection)
    if (isServing) known = [host, ...others(ranges, hosts, host)]
    return { layout: layoutOf(ranges), isServing }
  }

  return {
    ask: async () => {
      const errors: unknown[] = []
      let lastResort: Layout | undefined
      for (const host of known) {
        try {
          const { layout, isServing } = await askNode(host)
          if (isServing) return layout
          lastResort ??= layout
        } catch (error) {
          errors.push(error)
        }
        close()
      }
      if (lastResort !== undefined) return lastResort
      throw explainSilence('node of the cluster', errors)
    },
    close,
  }
}

async function serves(connection: InformantConnection): Promise<boolean> {
  try {
    // eslint-disable-next-line ringback/commands-in-store, ringback/side-effects-are-steps -- asks where the store is
    return asText(await connection.ask((redis) => redis.cluster('INFO'))).includes(
      'cluster_state:ok',
    )
  } catch (error) {
    // Users that were made before it was asked may not.
    if (redisErrorKind(error) === 'forbidden') return true
    throw error
  }
}

/** Nodes that the answer names, and those that we were told of at first: any of them may be the last that is left. */
function others(ranges: readonly Range[], hosts: readonly HostPort[], asked: HostPort): HostPort[] {
  const byName = new Map<string, HostPort>()
  for (const each of [...ranges.map(({ primary }) => primary), ...hosts]) {
    byName.set(`${each.host} ${each.port}`, each)
  }
  byName.delete(`${asked.host} ${asked.port}`)
  return [...byName.values()]
}

function layoutOf(ranges: readonly Range[]): Layout {
  const firsts = new Map<string, number>()
  for (const { primary, first } of ranges) {
    const name = `${primary.host} ${primary.port}`
    if (!firsts.has(name)) firsts.set(name, first)
  }
  return {
    ownerOf: (slot) => ranges.find(({ first, last }) => first <= slot && slot <= last)?.primary,
    slots: [...firsts.values()],
  }
}

/** Of each range: first, last, the primary, and its replicas. */
function decodeSlots(reply: unknown, asked: HostPort): Range[] {
  return asList(reply).map((range) => {
    const [first, last, primary] = asList(range)
    const [host, port] = asList(primary)
    // A node that does not know its own name leaves it out: it is the one that was asked.
    const name = host === null || host === '' ? asked.host : asText(host)
    return {
      first: Number(first),
      last: Number(last),
      primary: { host: name, port: Number(port) },
    }
  })
}
