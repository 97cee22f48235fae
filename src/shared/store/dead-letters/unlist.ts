import { deadLetters, letterReasons } from '../../redis/destination-keys.ts'
import { callbackKey } from '../../redis/keys.ts'
import { asList, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

/** An id that left the index of dead letters, and what its ledger says instead. */
export interface Unlisted {
  id: string
  is: string
}

export const unlist = defineScript<{ ids: readonly string[] }, Unlisted[]>({
  name: 'unlist',
  beside: import.meta.url,
  keys: {
    deadLetters,
    letterReasons,
    callbacks: (ref, { ids }) => ids.map((id) => callbackKey(ref, id)),
  },
  args: ['ids'],
  decode: (reply) =>
    inGroupsOf(2, asList(reply)).map(([id, is]) => ({ id: asText(id), is: asText(is) })),
})
