import { intake } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, realignedKey } from '../../redis/keys.ts'
import { asList, asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

export type Realignment =
  | { kind: 'aligned' }
  | { kind: 'realigned'; moved: number }
  | { kind: 'too-many' | 'too-large'; size: number }
  /** An entry has come since the stream was read. */
  | { kind: 'changed' }

export interface RealignInput {
  key: string
  /** Of an inbox: what its entries are about. `undefined`: nothing names the entries of this stream. */
  named: readonly NamedEntry[] | undefined
  /** The callbacks that the entries are about. */
  ids: readonly string[]
}

export interface NamedEntry {
  entryId: string
  /** The callback it is about. */
  id: string
  /** The dead letter that it says it was redriven from. */
  redriveOf: string | undefined
}

/** Redis stands still meanwhile, for less than a second. What producers write may be anything; results are small, and nobody has to be told. */
const limits = {
  inbox: { entries: 5_000, bytes: 64 * 1024 * 1024 },
  results: { entries: 20_000, bytes: 256 * 1024 * 1024 },
}

interface Bounded extends RealignInput {
  mostEntries: number
  mostBytes: number
  mustBeNamed: boolean
  entryIds: readonly string[]
}

const realignBounded = defineScript<Bounded, Realignment>({
  name: 'realign',
  beside: import.meta.url,
  keys: {
    stream: (_, { key }) => key,
    aside: (ref) => realignedKey(ref),
    intake,
    about: (ref, { named = [] }) =>
      named.flatMap(({ id, redriveOf = id }) => [
        callbackKey(ref, id),
        callbackKey(ref, redriveOf),
      ]),
  },
  args: ['mostEntries', 'mostBytes', 'mustBeNamed', 'entryIds'],
  decode: (reply) => {
    const [kind, count] = asList(reply)
    const known = ['aligned', 'realigned', 'too-many', 'too-large', 'changed'] as const
    const what = asOneOf(kind, known)
    if (what === 'aligned' || what === 'changed') return { kind: what }
    return what === 'realigned'
      ? { kind: what, moved: Number(count) }
      : { kind: what, size: Number(count) }
  },
})

export function realign(store: DestinationStore, input: RealignInput): Promise<Realignment> {
  const { named } = input
  const { entries, bytes } = named === undefined ? limits.results : limits.inbox
  return realignBounded(store, {
    ...input,
    mostEntries: entries,
    mostBytes: bytes,
    mustBeNamed: named !== undefined,
    entryIds: named?.map(({ entryId }) => entryId) ?? [],
  })
}
