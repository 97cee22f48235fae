import { callback, inbox, schedule } from '../../redis/destination-keys.ts'
import { asList, asOneOf, asText } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

export interface RetimeInput {
  id: string
  generation: number
  delayMs: number | undefined
  notBefore: string | undefined
}

export interface Retimed {
  acceptedAt: string
  dueAt: string
}

/** When it counts as accepted and is due from now on; undefined if it has gone on meanwhile. */
export const retime = defineScript<RetimeInput, Retimed | undefined>({
  name: 'retime',
  beside: import.meta.url,
  keys: { callback, inbox, schedule },
  args: ['id', 'generation', 'delayMs', 'notBefore'],
  decode: (reply) => {
    const [kind, acceptedAt, dueAt] = asList(reply)
    if (asOneOf(kind, ['retimed', 'changed']) === 'changed') return undefined
    return { acceptedAt: asText(acceptedAt), dueAt: asText(dueAt) }
  },
})
