import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, callbackKeys } from '../../redis/keys.ts'
import { asList, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

/** A callback that was accepted later than now. */
export type Mistimed =
  | { kind: 'waiting'; id: string; generation: number; intent: string }
  /** By the wrong time it had expired before it was due. */
  | { kind: 'expired'; id: string }

interface MistimedInput {
  /** Of callbacks. */
  keys: readonly string[]
}

const mistimed = defineReadingScript<MistimedInput & { idOffset: number }, Mistimed[]>({
  name: 'mistimed',
  beside: import.meta.url,
  keys: { callbacks: (_, { keys }) => callbackKeys(keys) },
  args: ['idOffset'],
  decode: (reply) => inGroupsOf(4, asList(reply)).map(decodeMistimed),
})

export function findMistimed(store: DestinationStore, input: MistimedInput): Promise<Mistimed[]> {
  return mistimed(store, { ...input, idOffset: callbackKey(store.ref, '').length })
}

function decodeMistimed([id, state, generation, intent]: unknown[]): Mistimed {
  if (state === 'dead') return { kind: 'expired', id: asText(id) }
  return {
    kind: 'waiting',
    id: asText(id),
    generation: Number(generation),
    intent: asText(intent),
  }
}
