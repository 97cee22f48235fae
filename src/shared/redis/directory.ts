import type { Duplex } from 'node:stream'

import type { HostPort } from '../config/redis-address.ts'
import type { Clock } from '../time/clock.ts'

/** Which server has what, as somebody who knows has said. */
export interface Layout {
  /** Undefined: nobody has the slot. Behind Sentinels the primary has them all. */
  ownerOf(slot: number): HostPort | undefined
  /** A slot of each primary. */
  slots: readonly number[]
}

/** Whoever knows: Sentinels, or the nodes of a cluster. */
export interface Informant {
  ask(): Promise<Layout>
  /** Until it is asked again. */
  close(): void
}

/** Where connections lead: asked before each is opened, and watched while it is open. */
export interface Place {
  readonly slot: number
  find(search: Search): Promise<HostPort>
  /** A connection to a server that is the right one no longer is ended: it is then opened anew, to the one that is. */
  keep(address: HostPort, stream: Duplex): void
}

export interface Search {
  isWanted: () => boolean
  onFailure: (error: Error) => void
}

export interface Directory {
  placeOf(slot: number): Place
  layout(): Promise<Layout>
}

/** Nobody says where the server is. */
export class PlaceUnknown extends Error {
  override readonly name = 'PlaceUnknown'
}

/**
 * How often it is asked whether everything is where it was. A server that hung, and was replaced meanwhile, takes itself for a
 * primary when it goes on: what it acknowledges then is lost, and only those are safe from it who have left it by then.
 */
const watchMs = 500

const retryMs = 100

export function createDirectory(informant: Informant, clock: Clock): Directory {
  const kept = new Set<{ slot: number; address: HostPort; stream: Duplex }>()
  let asking: Promise<Layout> | undefined
  let watching: AbortController | undefined

  /** One question for all who have it. */
  async function layout(): Promise<Layout> {
    asking ??= informant.ask()
    try {
      return await asking
    } finally {
      asking = undefined
      if (watching === undefined) informant.close()
    }
  }

  async function watch(ended: AbortSignal): Promise<void> {
    for (;;) {
      await rest(ended)
      if (ended.aborted) return
      const now = await layout().catch(() => undefined)
      if (now !== undefined) moveAll(now)
    }
  }

  async function rest(ended: AbortSignal): Promise<void> {
    await clock.sleep(watchMs, ended).catch(() => undefined)
  }

  function moveAll(now: Layout): void {
    for (const { slot, address, stream } of kept) {
      const owner = now.ownerOf(slot)
      if (owner === undefined || isSame(owner, address)) continue
      stream.destroy(new PlaceUnknown('another server is the primary now'))
    }
  }

  function keep(slot: number, address: HostPort, stream: Duplex): void {
    const entry = { slot, address, stream }
    kept.add(entry)
    if (watching === undefined) {
      watching = new AbortController()
      void watch(watching.signal)
    }
    stream.once('close', () => {
      kept.delete(entry)
      if (kept.size > 0) return
      watching?.abort()
      watching = undefined
      informant.close()
    })
  }

  async function find(slot: number, { isWanted, onFailure }: Search): Promise<HostPort> {
    while (isWanted()) {
      try {
        const owner = (await layout()).ownerOf(slot)
        if (owner !== undefined) return owner
        onFailure(new PlaceUnknown(`no node of the cluster has slot ${slot}`))
      } catch (error) {
        if (error instanceof Error) onFailure(error)
      }
      await clock.sleep(retryMs)
    }
    throw new PlaceUnknown('it is not looked for any more')
  }

  return {
    layout,
    placeOf: (slot) => ({
      slot,
      find: (search) => find(slot, search),
      keep: (address, stream) => keep(slot, address, stream),
    }),
  }
}

function isSame(one: HostPort, other: HostPort): boolean {
  return one.host === other.host && one.port === other.port
}
