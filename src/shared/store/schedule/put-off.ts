import { callback } from '../../redis/destination-keys.ts'
import { asList, asOptionalText } from '../../redis/reply.ts'
import { definePagedReadingScript } from '../../redis/script.ts'

/** What the ledger says of a callback that is put off; undefined is what it does not say. */
export interface PutOff {
  state: string | undefined
  generation: number
  dueAt: string | undefined
  acceptedAt: string | undefined
  /** Canonical JSON. */
  intent: string | undefined
}

export const readPutOff = definePagedReadingScript<object, { id: string }, PutOff>({
  name: 'put-off',
  beside: import.meta.url,
  keys: {},
  args: [],
  each: { keys: { callback }, args: [] },
  decode: (reply) => {
    const [state, generation, dueAt, acceptedAt, intent] = asList(reply).map(asOptionalText)
    return { state, generation: Number(generation), dueAt, acceptedAt, intent }
  },
})
