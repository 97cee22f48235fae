import type { Redis } from '../../redis/connection.ts'
import { bucketKey, callbackKey, type DestinationRef } from '../../redis/keys.ts'
import { asList, asOptionalText } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

interface PageInput {
  ref: DestinationRef
  key: string
  from: number
  most: number
}

const prunePage = defineScript<PageInput, { removed: number; next: number | undefined }>({
  name: 'prune',
  beside: import.meta.url,
  keys: {
    bucket: ({ key }) => bucketKey(key),
    callback: ({ ref }) => callbackKey(ref, ''),
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
export async function prune(redis: Redis, ref: DestinationRef, key: string): Promise<number> {
  let removed = 0
  let from: number | undefined = 0
  while (from !== undefined) {
    const page: Awaited<ReturnType<typeof prunePage>> = await prunePage(redis, {
      ref,
      key,
      from,
      most: pageSize,
    })
    removed += page.removed
    from = page.next
  }
  return removed
}
