import { RingbackError } from '../errors/errors.ts'

// Decoders of what scripts and streams reply. A reply of another shape is a bug, or another version's script.

export function asList(reply: unknown): unknown[] {
  if (Array.isArray(reply)) return reply
  throw unexpected(reply)
}

export function asText(reply: unknown): string {
  if (typeof reply === 'string') return reply
  if (typeof reply === 'number') return String(reply)
  throw unexpected(reply)
}

/** Redis' nil, and the end of a shorter list, are undefined. */
export function asOptionalText(reply: unknown): string | undefined {
  return reply === null || reply === undefined || reply === '' ? undefined : asText(reply)
}

export function asOneOf<Word extends string>(reply: unknown, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === reply)
  if (word === undefined) throw unexpected(reply)
  return word
}

/** A flat list of what has several values each. */
export function inGroupsOf(size: number, list: readonly unknown[]): unknown[][] {
  const count = list.length / size
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size))
}

export function unexpected(reply: unknown): RingbackError {
  const message = `Redis replied with a ${typeof reply} that this version does not know.`
  return new RingbackError('unknown-record', message)
}
