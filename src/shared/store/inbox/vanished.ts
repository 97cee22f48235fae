import { inbox, intake } from '../../redis/destination-keys.ts'
import type { DestinationRef } from '../../redis/keys.ts'
import { defineReadingScript } from '../../redis/script.ts'

/**
 * How many entries somebody took away before they were taken in. Undefined: the server does not count what is added, nothing was
 * taken in yet, or the stream is a new one.
 */
export const readVanished = defineReadingScript<{ ref: DestinationRef }, number | undefined>({
  name: 'vanished',
  beside: import.meta.url,
  keys: { inbox, intake },
  args: [],
  decode: (reply) => (Number(reply) < 0 ? undefined : Number(reply)),
})
