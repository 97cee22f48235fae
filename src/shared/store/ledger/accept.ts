import { callback, deadLetters, inbox } from '../../redis/destination-keys.ts'
import { asList, asOneOf, asText } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import { states, type State } from '../../contract/states.ts'

/** What a submission met: a new promise, the same content, or other content under its id. */
export type Acceptance =
  | { kind: 'accepted'; acceptedAt: string; dueAt: string }
  | { kind: 'duplicate'; state: State }
  | { kind: 'conflict'; state: State }

export interface AcceptInput {
  id: string
  /** Canonical JSON. */
  intent: string
  delayMs: number | undefined
  notBefore: string | undefined
  expiresAt: string | undefined
  traceparent: string | undefined
}

export const accept = defineScript<AcceptInput, Acceptance>({
  name: 'accept',
  beside: import.meta.url,
  keys: { callback, inbox, deadLetters },
  args: ['id', 'intent', 'delayMs', 'notBefore', 'expiresAt', 'traceparent'],
  decode: (reply) => {
    const [kind, state, acceptedAt, dueAt] = asList(reply)
    if (kind === 'accepted') return { kind, acceptedAt: asText(acceptedAt), dueAt: asText(dueAt) }
    return {
      kind: asOneOf(kind, ['duplicate', 'conflict']),
      state: asOneOf(state, states),
    }
  },
})
