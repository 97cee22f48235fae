import { expect, it } from 'vitest'

import { figuresOf } from '../../../../../src/ops/operations/stats/figures.ts'
import { standing, type Given } from '../support/standing.ts'

function figures(...given: readonly [Given, ...Given[]]) {
  const [first, ...others] = given
  const more = others.map((each, nth) => standing(`d/${nth + 1}`, each))
  return figuresOf({ destination: 'd', parts: [standing('d', first), ...more] })
}

const counts = { due: 1, waiting: 2, dueWithinHour: 3, underWay: 4, retrying: 0 }
const perSecond = { accepted: 0.1, dueAtOnce: 0, attempts: 0.2, booked: 0.7 }

it('of a destination are those of its partitions in sum', () => {
  const one = { inbox: 1, deadLetters: 2, booked: 3, counts, perSecond, retryingByCode: { a: 1 } }
  const other = { ...one, retryingByCode: { a: 2, b: 5 } }
  expect(figures({ stats: one, held: 1 }, { stats: other, held: 2 })).toMatchObject({
    inbox: 2,
    deadLetters: 4,
    booked: 6,
    counts: { due: 2, waiting: 4, dueWithinHour: 6, underWay: 8 },
    perSecond: { accepted: 0.2, attempts: 0.4, booked: 1.4 },
    retryingByCode: { a: 3, b: 5 },
    rate: { configured: 6, current: 6 },
    inDoubt: { verifying: 0, held: 3 },
  })
})

it('name each worker once, the oldest of what is due and dead, and the next of what is not due', () => {
  const [early, late] = ['2026-02-26T15:40:52.000Z', '2026-02-26T15:40:53.000Z']
  const all = figures(
    { stats: { oldestDueAt: late, nextDueAt: late }, judged: { deadLettersOldestAgeMs: 1 } },
    { stats: { oldestDueAt: early }, judged: { deadLettersOldestAgeMs: 2 } },
    { stats: { nextDueAt: early } },
  )
  expect(all).toMatchObject({ oldestDueAt: early, nextDueAt: early, oldestLetterAgeMs: 2 })
  expect(all.workers.map(({ name }) => name)).toEqual(['host-1'])
})

it('are done when the last partition is that has something due', () => {
  const busy = (seconds: number) => ({ stats: { counts, drain: { seconds } } })
  expect(figures(busy(3), busy(9), busy(4)).drain).toEqual({ seconds: 9 })
  const unknown = { stats: { counts, drain: { unknown: 'breaker-open' } } } as const
  expect(figures(busy(3), unknown).drain).toEqual({ unknown: 'breaker-open' })
  const idle = { stats: { drain: { unknown: 'breaker-open' } } } as const
  expect(figures(busy(3), idle).drain).toEqual({ seconds: 3 })
})

it('say of no rate, and of no doubt, what is not known of one partition', () => {
  const unknown = { stats: { rate: { slowed: false } }, held: undefined }
  expect(figures({}, unknown)).toMatchObject({
    rate: { configured: undefined, current: undefined },
    inDoubt: { held: undefined },
  })
  const unlimited = { stats: { rate: { current: 'none', slowed: false } } } as const
  expect(figures({}, unlimited).rate.current).toBe('none')
})
