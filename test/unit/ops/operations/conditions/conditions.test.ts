import { describe, expect, it } from 'vitest'

import {
  conditionsOf,
  verdictOf,
  type Condition,
} from '../../../../../src/ops/operations/conditions/conditions.ts'
import type { Standing } from '../../../../../src/ops/operations/stats/standing.ts'
import { isoTimestamp } from '../../../../../src/shared/time/timestamp.ts'
import { standing } from '../support/standing.ts'

function condition(given: Partial<Condition> = {}): Condition {
  return {
    name: 'any',
    severity: 'warning',
    destination: 'acme',
    message: 'no worker is alive',
    fix: 'Start one.',
    ...given,
  }
}

describe('the one sentence', () => {
  it('says that nothing needs anybody, where there is nothing or what needs no doing', () => {
    expect(verdictOf([], false)).toBe('Nothing needs you.')
    expect(verdictOf([condition({ severity: 'info' })], false)).toBe('Nothing needs you.')
  })

  it('says the only thing that needs somebody', () => {
    expect(verdictOf([condition()], false)).toBe('No worker is alive.')
  })

  it('counts several and says the first, without the reasons for it', () => {
    const message = 'paused by ana since 2026-02-26 15:40:52 UTC (now): Salesforce is moved'
    expect(verdictOf([condition({ message }), condition()], false)).toBe(
      '2 things need you. First: paused by ana since 2026-02-26 15:40:52 UTC (now).',
    )
  })

  it('names the destination where there are several', () => {
    expect(verdictOf([condition()], true)).toBe('Acme: no worker is alive.')
  })
})

describe('conditions of a destination in partitions', () => {
  const where = (all: readonly Standing[]) =>
    conditionsOf(all, 0).map(({ destination, message }) => `${destination}: ${message}`)
  const overdue = (destination: string, dueOldestAgeMs: number) =>
    standing(destination, {
      stats: { oldestDueAt: isoTimestamp(-dueOldestAgeMs) },
      judged: { dueOldestAgeMs, due: 1 },
    })

  it('are of the destination where all its partitions have them, in the words of the latest', () => {
    const all = [overdue('d', 600_000), overdue('d/1', 700_000)]
    expect(where(all)).toEqual(['d: the oldest callback that is due is 11 min 40 s late'])
  })

  it('are of a partition, by its number, where another one has them not', () => {
    const late = 'the oldest callback that is due is 10 min late'
    expect(where([overdue('d', 600_000), standing('d/1')])).toEqual([`d/0: ${late}`])
    expect(where([overdue('d', 600_000)])).toEqual([`d: ${late}`])
  })

  it('count the dead letters of all, and name a run once', () => {
    const pausedRuns = [{ id: 'redrive-1', why: 'canary' }] as const
    const all = ['d', 'd/1'].map((name) =>
      standing(name, { stats: { deadLetters: 2 }, pausedRuns }),
    )
    expect(where(all)).toEqual([
      'd: 4 dead letters to decide about',
      'd: the run redrive-1 has paused by itself: its canary was sent',
    ])
  })
})
