import { callbackKey, inboxKey, realignedKey, type Place } from './keys.ts'
import { asList, asOneOf, asText } from './reply.ts'
import { defineReadingScript, defineScript } from './script.ts'

export type Realignment =
  | { kind: 'sound' }
  | { kind: 'realigned'; moved: number }
  | { kind: 'too-many' | 'too-large'; size: number }
  /** An entry has come since the stream was read. */
  | { kind: 'changed' }

export interface RealignInput {
  place: Place
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

export const realign = defineScript<RealignInput, Realignment>({
  files: ['iso-time', 'entry-time', 'realign'],
  keys: ({ place, key, named = [] }) => [
    key,
    realignedKey(place),
    ...named.flatMap(({ id, redriveOf = id }) => [
      callbackKey(place, id),
      callbackKey(place, redriveOf),
    ]),
  ],
  args: ({ named }) => {
    const { entries, bytes } = named === undefined ? limits.results : limits.inbox
    const ids = named?.map(({ entryId }) => entryId) ?? []
    return [entries, bytes, named === undefined ? '' : '1', ...ids]
  },
  decode: (reply) => {
    const [kind, count] = asList(reply)
    const known = ['sound', 'realigned', 'too-many', 'too-large', 'changed'] as const
    const what = asOneOf(kind, known)
    if (what === 'sound' || what === 'changed') return { kind: what }
    return what === 'realigned'
      ? { kind: what, moved: Number(count) }
      : { kind: what, size: Number(count) }
  },
})

/** A callback that was accepted later than now. */
export type Mistimed =
  | { kind: 'waiting'; id: string; generation: number; intent: string }
  /** By the wrong time it had expired before it was due. */
  | { kind: 'expired'; id: string }

export const findMistimed = defineReadingScript<
  { place: Place; keys: readonly string[] },
  Mistimed[]
>({
  files: ['iso-time', 'entry-time', 'mistimed'],
  keys: ({ keys }) => [...keys],
  args: ({ place }) => [callbackKey(place, '').length],
  decode: (reply) => {
    const list = asList(reply).map(asText)
    return Array.from({ length: list.length / 4 }, (_, index) => {
      const [id = '', state, generation, intent = ''] = list.slice(index * 4, index * 4 + 4)
      if (state === 'dead') return { kind: 'expired', id }
      return { kind: 'waiting', id, generation: Number(generation), intent }
    })
  },
})

export interface RetimeInput {
  place: Place
  id: string
  generation: number
  delayMs: number | undefined
  notBefore: string | undefined
}

export interface Retimed {
  acceptedAt: string
  dueAt: string
}

/** When it counts as accepted and is due from now on; undefined if it has gone on meanwhile. */
export const retime = defineScript<RetimeInput, Retimed | undefined>({
  files: ['iso-time', 'entry-time', 'acceptance', 'retime'],
  keys: ({ place, id }) => [callbackKey(place, id), inboxKey(place)],
  args: ({ generation, delayMs, notBefore }) => [generation, delayMs ?? '', notBefore ?? ''],
  decode: (reply) => {
    const [kind, acceptedAt, dueAt] = asList(reply)
    if (asOneOf(kind, ['retimed', 'changed']) === 'changed') return undefined
    return { acceptedAt: asText(acceptedAt), dueAt: asText(dueAt) }
  },
})
