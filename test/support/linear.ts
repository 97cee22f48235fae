import { performance } from 'node:perf_hooks'

import { expect } from 'vitest'

/**
 * Whether a text is looked at in about the time that an innocent one of the same length takes, measured in the same run. What
 * is quadratic in sixteen thousand characters takes thousands of times as long; what a busy machine takes longer for once, it
 * does not take longer for five times in a row.
 */
const mostTimesAsLong = 60
const tries = 5
/** And about the time in which each of its characters could be looked at some dozen times, which says how fast the machine is. */
const mostLooks = 40

export function expectLinear(look: (text: string) => unknown, texts: readonly string[]): void {
  const limits = new Map<number, number>()
  for (const text of texts) {
    const length = Math.ceil(text.length / 1_000) * 1_000
    const limit = limits.get(length) ?? limitFor(look, length)
    limits.set(length, limit)
    const taken = leastMs(look, text, limit)
    const beginning = JSON.stringify(text.slice(0, 30))
    expect(taken, `${beginning}… of ${text.length} characters, in ms`).toBeLessThan(limit)
  }
}

function limitFor(look: (text: string) => unknown, length: number): number {
  const innocent = 'an innocent text '.repeat(Math.ceil(length / 17)).slice(0, length)
  const each = (text: string) => text.replace(/./gsu, (character) => character)
  return Math.max(mostTimesAsLong * usualMs(look, innocent), mostLooks * usualMs(each, innocent))
}

/** Warm, as a worker is. */
function usualMs(look: (text: string) => unknown, text: string): number {
  const times = Array.from({ length: 15 }, () => msOf(look, text)).toSorted((a, b) => a - b)
  return times[7] ?? 0
}

/** The first that is within the limit will do. */
function leastMs(look: (text: string) => unknown, text: string, limit: number): number {
  let least = Infinity
  for (let nth = 0; nth < tries && least >= limit; nth += 1) {
    least = Math.min(least, msOf(look, text))
  }
  return least
}

function msOf(look: (text: string) => unknown, text: string): number {
  const startedAt = performance.now()
  look(text)
  return performance.now() - startedAt
}
