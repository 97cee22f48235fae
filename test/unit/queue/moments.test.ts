import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { keepApart } from '../../../src/queue/moments.ts'
import type { Moment } from '../../../src/shared/delivery/admission.ts'

/** Which of these moments are used, each when it is come to. */
function used(moments: readonly (Moment & { comesMs: number })[]): number[] {
  let nowMs = 0
  const mayUse = keepApart({ monotonic: () => nowMs })
  return moments.flatMap((moment) => {
    nowMs = moment.comesMs
    return mayUse(moment) ? [nowMs] : []
  })
}

const gapMs = 50
const every = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ atMs: n * gapMs, gapMs }))

describe('a moment', () => {
  it('is used in time, and a little late, whenever the last one was', () => {
    const moments = every(4).map((each, n) => ({ ...each, comesMs: each.atMs + (n % 2) * gapMs }))
    expect(used(moments)).toEqual([0, 100, 100, 200])
  })

  it('is given up when it comes late together with others, all but the first', () => {
    const standstillMs = 400
    const moments = every(6).map((each) => ({
      ...each,
      comesMs: Math.max(each.atMs, standstillMs),
    }))
    expect(used(moments)).toEqual([standstillMs])
  })

  it('is used however late it is, where no other was since a gap ago: a slow machine sends too', () => {
    const moments = every(20).map((each) => ({ ...each, comesMs: each.atMs + 300 }))
    expect(used(moments)).toHaveLength(20)
  })

  it('is never given up where there is no gap', () => {
    const moments = every(5).map(({ atMs }) => ({ atMs, gapMs: 0, comesMs: 10_000 }))
    expect(used(moments)).toHaveLength(5)
  })

  it('that is late is never used within a gap of another, in whatever order they come', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 100, maxLength: 100 })
    fc.assert(
      fc.property(delays, (lateMs) => {
        const moments = every(100)
          .map((each, n) => ({ ...each, comesMs: each.atMs + (lateMs[n] ?? 0) }))
          .toSorted((one, other) => one.comesMs - other.comesMs)
        let nowMs = 0
        let lastMs = -Infinity
        const mayUse = keepApart({ monotonic: () => nowMs })
        for (const moment of moments) {
          nowMs = moment.comesMs
          const isNear = nowMs - lastMs < gapMs
          const isLate = nowMs - moment.atMs > gapMs
          expect(mayUse(moment)).toBe(!(isNear && isLate))
          if (!(isNear && isLate)) lastMs = nowMs
        }
      }),
    )
  })
})
