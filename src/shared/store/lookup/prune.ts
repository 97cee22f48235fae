import type { DestinationStore } from '../../redis/destination-store.ts'
import { bucketKey, callbackKey } from '../../redis/keys.ts'
import { asList, asOptionalText } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

interface PageInput {
  key: string
  from: number
  most: number
}

const prunePage = defineScript<PageInput, { removed: number; next: number | undefined }>({
  name: 'prune',
  beside: import.meta.url,
  keys: {
    bucket: (_, { key }) => bucketKey(key),
    callback: (ref) => callbackKey(ref, ''),
  },
  args: ['from', 'most'],
  decode: (reply) => {
    const [removed, next] = asList(reply)
    const at = asOptionalText(next)
    return { removed: Number(removed), next: at === undefined ? undefined : Number(at) }
  },
})

/** More than a bucket holds, unless one customer has very many callbacks. */
const pageSize = 500

/** Takes what names forgotten callbacks out of a bucket of an index. Gives how many there were. */
export async function prune(store: DestinationStore, key: string): Promise<number> {
  let removed = 0
  let from: number | undefined = 0
  while (from !== undefined) {
    const page: Awaited<ReturnType<typeof prunePage>> = await prunePage(store, {
      key,
      from,
      most: pageSize,
    })
    removed += page.removed
    from = page.next
  }
  return removed
}
