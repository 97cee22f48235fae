import { inbox, intake } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { defineReadingScript } from '../../redis/script.ts'

const vanished = defineReadingScript<object, number | undefined>({
  name: 'vanished',
  beside: import.meta.url,
  keys: { inbox, intake },
  args: [],
  decode: (reply) => (Number(reply) < 0 ? undefined : Number(reply)),
})

/**
 * How many entries somebody took away before they were taken in. Undefined: the server does not count what is added, nothing was
 * taken in yet, or the stream is a new one.
 */
export function readVanished(store: DestinationStore): Promise<number | undefined> {
  return vanished(store, {})
}
