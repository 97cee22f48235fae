import { callbackKey, deadLettersKey, inboxKey, type Place } from './keys.ts'
import { asList, asOneOf, asText } from './reply.ts'
import { defineReadingScript, defineScript } from './script.ts'

/** What keeps this version from reading a ledger. */
const ledgerProblems = [
  'wrong-type',
  'unknown-version',
  'unknown-state',
  'unknown-generation',
  'unknown-time',
] as const

export type LedgerProblem = (typeof ledgerProblems)[number]

/** A callback that needs a closer look. */
export type Finding =
  /** It has not ended, is past every time it names, and does not wait in the inbox. */
  | { kind: 'overdue'; id: string; state: string; generation: number }
  /** It is dead, and the index of dead letters does not name it. */
  | { kind: 'unlisted'; id: string; diedAt: string }
  | { kind: 'unreadable'; id: string; problem: LedgerProblem }

export interface SurveyInput {
  place: Place
  /** Of callbacks. */
  keys: readonly string[]
  /** ISO. Who is past it has waited too long. */
  at: string
}

export const survey = defineReadingScript<SurveyInput, Finding[]>({
  files: ['survey'],
  keys: ({ place, keys }) => [inboxKey(place), deadLettersKey(place), ...keys],
  args: ({ place, at }) => [at, callbackKey(place, '').length],
  decode: (reply) => inGroupsOf(4, asList(reply)).map(decodeFinding),
})

function decodeFinding([id, kind, first, second]: unknown[]): Finding {
  const name = asText(id)
  switch (asOneOf(kind, ['overdue', 'unlisted', 'unreadable'])) {
    case 'overdue':
      return { kind: 'overdue', id: name, state: asText(first), generation: Number(second) }
    case 'unlisted':
      return { kind: 'unlisted', id: name, diedAt: asText(first) }
    case 'unreadable':
      return { kind: 'unreadable', id: name, problem: asOneOf(first, ledgerProblems) }
  }
}

/** True if the index of dead letters had lost it. */
export const relist = defineScript<{ place: Place; id: string; diedAtMs: number }, boolean>({
  files: ['relist'],
  keys: ({ place, id }) => [callbackKey(place, id), deadLettersKey(place)],
  args: ({ id, diedAtMs }) => [id, diedAtMs],
  decode: (reply) => reply === 1,
})

/** An id that left the index of dead letters, and what its ledger says instead. */
export interface Unlisted {
  id: string
  is: string
}

export const unlist = defineScript<{ place: Place; ids: readonly string[] }, Unlisted[]>({
  files: ['unlist'],
  keys: ({ place, ids }) => [deadLettersKey(place), ...ids.map((id) => callbackKey(place, id))],
  args: ({ ids }) => [...ids],
  decode: (reply) =>
    inGroupsOf(2, asList(reply)).map(([id, is]) => ({ id: asText(id), is: asText(is) })),
})

function inGroupsOf(size: number, list: readonly unknown[]): unknown[][] {
  const count = list.length / size
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size))
}
