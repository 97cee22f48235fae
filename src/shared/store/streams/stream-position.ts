import { asList, asText } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'
import { lastPossibleId } from '../../redis/stream-id.ts'

/** How much a stream holds, and where its ids stand against Redis' clock. */
export interface StreamPosition {
  entries: number
  /** Of the oldest entry. */
  oldestId: string | undefined
  /** By how much the last id that was given is ahead of Redis' clock; 0 where it is not. */
  aheadMs: number
  /** No id is left: every XADD is refused. */
  isExhausted: boolean
}

export const readStreamPosition = defineReadingScript<{ key: string }, StreamPosition>({
  name: 'stream-position',
  beside: import.meta.url,
  keys: { stream: (_, { key }) => key },
  args: [],
  decode: (reply) => {
    const [entries, oldest, last, now] = asList(reply)
    const oldestId = asText(oldest)
    const lastId = asText(last)
    return {
      entries: Number(entries),
      oldestId: oldestId === '' ? undefined : oldestId,
      aheadMs: Math.max(0, Number(lastId.split('-')[0]) - Number(asText(now))),
      isExhausted: lastId === lastPossibleId,
    }
  },
})
