import { ledgerProblems, type LedgerProblem } from '../../delivery/settlement.ts'
import { deadLetters, letterReasons, inbox } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, callbackKeys } from '../../redis/keys.ts'
import { asList, asOneOf, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

/** A callback that needs a closer look. */
export type Finding =
  /** It has not ended, is past every time it names, and does not wait in the inbox. */
  | { kind: 'overdue'; id: string; state: string; generation: number }
  /** It is dead, and the index of dead letters does not name it. */
  | { kind: 'unlisted'; id: string; diedAt: string }
  /** It is not found by its call and its number. */
  | { kind: 'unplaced'; id: string; acceptedAt: string }
  | { kind: 'unreadable'; id: string; problem: LedgerProblem }

export interface InspectInput {
  /** Of callbacks. */
  keys: readonly string[]
  /** ISO. Who is past it has waited too long. */
  at: string
  /** Of the key that callbacks are placed by. Undefined: where they lie is of no interest. */
  keyMark?: number | undefined
}

const inspectScript = defineReadingScript<InspectInput & { idOffset: number }, Finding[]>({
  name: 'inspect',
  beside: import.meta.url,
  keys: { inbox, deadLetters, letterReasons, callbacks: (_, { keys }) => callbackKeys(keys) },
  args: ['at', 'idOffset', 'keyMark'],
  decode: (reply) => inGroupsOf(4, asList(reply)).map(decodeFinding),
})

export function inspect(store: DestinationStore, input: InspectInput): Promise<Finding[]> {
  return inspectScript(store, { ...input, idOffset: callbackKey(store.ref, '').length })
}

function decodeFinding([id, kind, first, second]: unknown[]): Finding {
  const name = asText(id)
  switch (asOneOf(kind, ['overdue', 'unlisted', 'unplaced', 'unreadable'])) {
    case 'overdue':
      return { kind: 'overdue', id: name, state: asText(first), generation: Number(second) }
    case 'unlisted':
      return { kind: 'unlisted', id: name, diedAt: asText(first) }
    case 'unplaced':
      return { kind: 'unplaced', id: name, acceptedAt: asText(first) }
    case 'unreadable':
      return { kind: 'unreadable', id: name, problem: asOneOf(first, ledgerProblems) }
  }
}
