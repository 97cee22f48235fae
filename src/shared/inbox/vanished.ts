import { inboxKey, intakeKey, type Place } from '../redis/keys.ts'
import { defineReadingScript } from '../redis/script.ts'

/**
 * How many entries somebody took away before they were taken in. Undefined: the server does not count what is added, nothing was
 * taken in yet, or the stream is a new one.
 */
export const readVanished = defineReadingScript<{ place: Place }, number | undefined>({
  files: ['taking', 'vanished'],
  keys: ({ place }) => [inboxKey(place), intakeKey(place)],
  args: () => [],
  decode: (reply) => (Number(reply) < 0 ? undefined : Number(reply)),
})
