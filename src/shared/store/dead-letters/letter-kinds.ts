import { deadLetters } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { asList, asText } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

/** What dead letters are there of, as far as was looked. */
export interface LetterKinds {
  /** Dead letters of that time. */
  total: number
  /** So many of them were looked at, spread evenly: all where it is `total`. */
  lookedAt: number
  /** The most frequent first. Where not all were looked at, the counts tell shares. */
  kinds: { reason: string; code: string; count: number }[]
}

export interface LetterKindsRequest {
  /** When they died, epoch ms; `untilMs` is left out of it. */
  sinceMs: number | undefined
  untilMs: number | undefined
  /** At how many to look at most. */
  most: number
}

const lettersEvenly = defineReadingScript<
  { since: string; before: string; most: number },
  { total: number; ids: string[] }
>({
  name: 'letters-evenly',
  beside: import.meta.url,
  keys: { deadLetters },
  args: ['since', 'before', 'most'],
  decode: (reply) => {
    const [total, ...ids] = asList(reply)
    return { total: Number(total), ids: ids.map(asText) }
  },
})

/** Costs the same however many there are. */
export async function readLetterKinds(
  store: DestinationStore,
  { sinceMs, untilMs, most }: LetterKindsRequest,
): Promise<LetterKinds> {
  const since = sinceMs === undefined ? '-inf' : String(sinceMs)
  const before = untilMs === undefined ? '+inf' : String(untilMs)
  const { total, ids } = await lettersEvenly(store, { since, before, most })
  const found = await Promise.all(ids.map((id) => kindOf(store, id)))
  const kinds = counted(found.map((kind) => ({ ...kind, count: 1 })))
  return { total, lookedAt: ids.length, kinds }
}

/** Of several partitions: what was looked at of one stands for all that it has. */
export function joinKinds(parts: readonly LetterKinds[]): LetterKinds {
  const kinds = parts.flatMap(({ total, lookedAt, kinds: some }) =>
    some.map((kind) => ({ ...kind, count: (kind.count * total) / lookedAt })),
  )
  return {
    total: parts.reduce((sum, { total }) => sum + total, 0),
    lookedAt: parts.reduce((sum, { lookedAt }) => sum + lookedAt, 0),
    kinds: counted(kinds),
  }
}

function counted(kinds: LetterKinds['kinds']): LetterKinds['kinds'] {
  const counts = new Map<string, LetterKinds['kinds'][number]>()
  for (const { reason, code, count } of kinds) {
    const name = JSON.stringify([reason, code])
    counts.set(name, { reason, code, count: (counts.get(name)?.count ?? 0) + count })
  }
  return [...counts.values()].toSorted((one, other) => other.count - one.count)
}

async function kindOf({ redis, ref }: DestinationStore, id: string) {
  const [reason, code] = await redis.hmget(callbackKey(ref, id), 'reason', 'code')
  return { reason: reason ?? '', code: code ?? '' }
}
