import type { DestinationStore } from '../../redis/destination-store.ts'
import { bucketKey, callbackKey } from '../../redis/keys.ts'
import { asList } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

interface PageInput {
  keys: readonly string[]
  from: number
  most: number
}

const prunePage = defineScript<PageInput, { removed: number; done: number; next: number }>({
  name: 'prune',
  beside: import.meta.url,
  keys: {
    callback: (ref) => callbackKey(ref, ''),
    buckets: (_, { keys }) => keys.map(bucketKey),
  },
  args: ['from', 'most'],
  decode: (reply) => {
    const [removed, done, next] = asList(reply).map(Number)
    return { removed: removed ?? 0, done: done ?? 0, next: next ?? 0 }
  },
})

/** Redis stands still for them for about a millisecond. */
const pageSize = 500

/**
 * Takes what names forgotten callbacks out of these buckets of the indexes. Gives how many there were. There are thousands of
 * buckets with a few callbacks each, so that a question for each would cost more than all the rest of a walk.
 */
export async function prune(store: DestinationStore, keys: readonly string[]): Promise<number> {
  let [removed, at, from] = [0, 0, 0]
  while (at < keys.length) {
    const page = await prunePage(store, { keys: keys.slice(at), from, most: pageSize })
    removed += page.removed
    at += page.done
    from = page.next
  }
  return removed
}
