import { states, type State } from '../../contract/states.ts'
import {
  callback,
  deadLetters,
  letterReasons,
  expiries,
  inbox,
  intake,
  results,
  retrying,
  run,
  schedule,
} from '../../redis/destination-keys.ts'
import { asList, asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

/** What became of the wish to forget a callback. */
export type Erasure =
  | { kind: 'erased'; state: State }
  | { kind: 'attempting' }
  | { kind: 'missing' }
  | { kind: 'changed' }

export interface EraseInput {
  id: string
  group: string
  /** The intent, else what was sent, as it was found: another callback may have taken the id since. */
  content: Buffer
  /** Bytes of what was sent, where that was too large to be read: it is then known by its size. */
  unreadBytes?: number | undefined
  now: string
  /** False where the id itself is to be forgotten. */
  mayPublish: boolean
  /** The run that has sent it, as it was found; empty: none has. */
  runId: string
}

export const erase = defineScript<EraseInput, Erasure>({
  name: 'erase',
  beside: import.meta.url,
  keys: {
    callback,
    inbox,
    intake,
    deadLetters,
    letterReasons,
    expiries,
    results,
    retrying,
    run,
    schedule,
  },
  args: ['id', 'group', 'content', 'unreadBytes', 'mayPublish', 'now', 'runId'],
  decode: (reply) => {
    const [kind, state] = asList(reply)
    if (kind === 'erased') return { kind, state: asOneOf(state, states) }
    return { kind: asOneOf(kind, ['attempting', 'missing', 'changed']) }
  },
})
