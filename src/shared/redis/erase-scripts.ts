import { states, type State } from '../contract/states.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  intakeKey,
  numbersKey,
  resultsKey,
  type Place,
} from './keys.ts'
import { asList, asOneOf } from './reply.ts'
import { defineScript } from './script.ts'

/** What became of the wish to forget a callback. */
export type Erasure =
  | { kind: 'erased'; state: State }
  | { kind: 'attempting' }
  | { kind: 'missing' }
  | { kind: 'changed' }

export interface EraseInput {
  place: Place
  id: string
  group: string
  /** The intent, else what was sent, as it was found: another callback may have taken the id since. */
  content: Buffer
  /** Bytes of what was sent, where that was too large to be read: it is then known by its size. */
  unreadBytes?: number | undefined
  now: string
  /** False where the id itself is to be forgotten. */
  tellEnd: boolean
}

export const erase = defineScript<EraseInput, Erasure>({
  files: ['same-number', 'taking', 'erase'],
  keys: ({ place, id }) => [
    callbackKey(place, id),
    inboxKey(place),
    deadLettersKey(place),
    resultsKey(place),
    numbersKey(place, 0),
    numbersKey(place, 1),
    intakeKey(place),
  ],
  args: ({ id, group, content, now, tellEnd, unreadBytes }) => [
    ...[id, group, content, now, tellEnd ? '1' : ''],
    unreadBytes ?? '',
  ],
  decode: (reply) => {
    const [kind, state] = asList(reply)
    if (kind === 'erased') return { kind, state: asOneOf(state, states) }
    return { kind: asOneOf(kind, ['attempting', 'missing', 'changed']) }
  },
})

const eraseEntryReplies = ['erased', 'missing', 'opened'] as const

export interface EraseEntryInput {
  place: Place
  group: string
  entryId: string
  /** As given, or the one it would be buried under. */
  id: string
  tellEnd: boolean
  now: string
}

export const eraseEntry = defineScript<EraseEntryInput, (typeof eraseEntryReplies)[number]>({
  files: ['taking', 'erase-entry'],
  keys: ({ place, id }) => [
    inboxKey(place),
    callbackKey(place, id),
    resultsKey(place),
    intakeKey(place),
  ],
  args: ({ group, entryId, id, tellEnd, now }) => [group, entryId, tellEnd ? id : '', now],
  decode: (reply) => asOneOf(reply, eraseEntryReplies),
})
