import type { StoreConfig } from '../../../shared/config/config.ts'
import type { State } from '../../../shared/contract/states.ts'
import { maskNumber } from '../../../shared/phone/mask.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { inboxDepth } from '../../../shared/store/inbox/inbox.ts'
import type { Clue } from '../../../shared/store/lookup/find-ids.ts'
import { newestFirst } from '../../../shared/store/lookup/newest-first.ts'
import {
  readFound,
  readOwner,
  type FoundCallback,
} from '../../../shared/store/lookup/found-callback.ts'
import { withPartitions } from '../destination/any-destination.ts'
import type { Target } from '../destination/target.ts'
import { callbacksOf } from './callbacks-of.ts'

/** What is known of the callback that somebody looks for. */
export type Wanted = Clue | { kind: 'record'; recordId: string }

export interface FindRequest {
  wanted: Wanted
  destination?: string | undefined
  limit: number
}

/** A callback in the answer. */
export interface ShownCallback extends Omit<FoundCallback, 'callbackNumber'> {
  state: State
  /** Masked. */
  number: string | undefined
}

export interface Found {
  destination: string
  /** Newest first. */
  callbacks: ShownCallback[]
  /** True if there are more than were asked for. */
  more: boolean
  /** Entries that no worker has taken in: whose they are is not known yet. */
  inbox: number
}

/** Callbacks of a call, of a number or of a ContactRequest. */
export function findCallbacks(
  config: StoreConfig,
  { wanted, destination, limit }: FindRequest,
): Promise<Found> {
  return withPartitions(config, destination, async (stores) => {
    const each = await Promise.all(
      stores.map((store) => findIn(store, { config, ref: store.ref }, { wanted, limit })),
    )
    const callbacks = newestFirst(each.map(({ found }) => found))
    return {
      destination: stores[0].ref.destination,
      callbacks: callbacks.slice(0, limit).map(shown),
      more: callbacks.length > limit,
      inbox: each.reduce((sum, { inbox }) => sum + inbox, 0),
    }
  })
}

/** One more than is wanted, so that it is known whether there are more. */
async function findIn(
  store: DestinationStore,
  target: Target,
  { wanted, limit }: Pick<FindRequest, 'wanted' | 'limit'>,
): Promise<{ found: FoundCallback[]; inbox: number }> {
  const found: FoundCallback[] = []
  for await (const each of wantedOf(store, target, wanted)) {
    found.push(each)
    if (found.length > limit) break
  }
  return { found, inbox: await inboxDepth(store) }
}

async function* wantedOf(
  store: DestinationStore,
  target: Target,
  wanted: Wanted,
): AsyncGenerator<FoundCallback> {
  if (wanted.kind !== 'record') {
    yield* callbacksOf(store, target, wanted)
    return
  }
  const id = await readOwner(store, wanted.recordId)
  const found = id === null ? undefined : await readFound(store, id)
  if (found !== undefined) yield found
}

function shown({ callbackNumber, ...found }: FoundCallback): ShownCallback {
  return { ...found, number: callbackNumber && maskNumber(callbackNumber) }
}
