import type { HostPort } from '../config/redis-address.ts'
import type { Informant, Layout } from './directory.ts'
import {
  explainSilence,
  openInformant,
  type InformantConnection,
  type InformantOptions,
} from './informant-connection.ts'
import { asList, asText } from './reply.ts'

/** What a Sentinel takes for the primary, and as of which failover. */
interface Answer {
  primary: HostPort
  epoch: number
}

/**
 * Asks all of them and takes the newest answer that a majority has among it: a Sentinel that has not heard of a failover yet would
 * send us to a server that has been replaced, and may take itself for a primary still.
 */
export function askSentinels(
  { hosts, name }: { hosts: readonly HostPort[]; name: string },
  options: InformantOptions,
): Informant {
  const open = new Map<HostPort, InformantConnection>()

  async function askOne(host: HostPort): Promise<Answer> {
    const connection = open.get(host) ?? openInformant(host, options)
    open.set(host, connection)
    try {
      // eslint-disable-next-line ringback/commands-in-store, ringback/side-effects-are-steps -- asks where the store is
      return decodeMaster(await connection.ask((redis) => redis.call('SENTINEL', 'MASTER', name)))
    } catch (error) {
      connection.close()
      open.delete(host)
      throw error
    }
  }

  return {
    ask: async () => {
      const majority = Math.floor(hosts.length / 2) + 1
      const { values, errors } = await firstOf(hosts.map(askOne), majority)
      const [newest] = values.toSorted((one, other) => other.epoch - one.epoch)
      if (newest === undefined) throw explainSilence('Sentinel', errors)
      return layoutOf(newest.primary)
    },
    close: () => {
      for (const connection of open.values()) connection.close()
      open.clear()
    },
  }
}

function layoutOf(primary: HostPort): Layout {
  return { ownerOf: () => primary, slots: [0] }
}

/** What has come by the time so many have succeeded, or none is left that might. */
async function firstOf<Value>(
  promises: readonly Promise<Value>[],
  enough: number,
): Promise<{ values: Value[]; errors: unknown[] }> {
  const values: Value[] = []
  const errors: unknown[] = []
  await new Promise<void>((resolve) => {
    const look = () => {
      if (values.length >= enough || values.length + errors.length === promises.length) resolve()
    }
    for (const promise of promises) {
      promise
        .then(
          (value) => values.push(value),
          (error: unknown) => errors.push(error),
        )
        .finally(look)
    }
  })
  return { values, errors }
}

/** Names and values in turn. */
function decodeMaster(reply: unknown): Answer {
  const list = asList(reply).map(asText)
  const value = (name: string) =>
    list[list.findIndex((each, at) => at % 2 === 0 && each === name) + 1]
  return {
    primary: { host: value('ip') ?? '', port: Number(value('port')) },
    epoch: Number(value('config-epoch')),
  }
}
