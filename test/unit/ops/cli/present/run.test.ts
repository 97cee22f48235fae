import { describe, expect, it } from 'vitest'

import { presentPlan, presentRun } from '../../../../../src/ops/cli/present/run.ts'
import type { ShownRun } from '../../../../../src/ops/operations/runs/shown-run.ts'
import { linesOf } from './captured.ts'

const counts = {
  selected: 3,
  sent: 0,
  outstanding: 0,
  notFollowed: 0,
  booked: 0,
  dead: 0,
  cancelled: 0,
  skipped: 0,
  remaining: 3,
}

const plan: ShownRun = {
  id: 'redrive-5f3a9c1e',
  kind: 'redrive',
  destination: 'default',
  state: 'planned',
  counts,
  filter: { until: '1970-01-01T02:00:00.000Z', possibleDuplicates: false },
  byReason: { exhausted: 3 },
  byCode: { connect: 3 },
  byHour: {},
  expired: 0,
  expiring: 0,
  mayBeBooked: 0,
  unsendable: 0,
  rate: 2,
  takesMs: 1_500,
  createdAt: '1970-01-01T00:00:00.000Z',
}

function textOf(run: ShownRun): string {
  return linesOf((screen) => presentRun(run, screen)).join('\n')
}

it('a receipt adds up where letters were sent again that never were an intent', () => {
  const sent = { ...counts, sent: 3, notFollowed: 2, booked: 1, remaining: 0 }
  expect(textOf({ ...plan, state: 'done', counts: sent })).toContain(
    '2 of those sent were no intent, or erased: how that ends is not counted here.',
  )
})

describe('a plan', () => {
  it('says how long it takes, and how it is started', () => {
    const text = textOf(plan)
    expect(text).toContain('send 3 dead letters again, of the destination default')
    expect(text).toContain('takes   1 s, at 2 a second')
    expect(text).toContain('start it with: ringback runs start redrive-5f3a9c1e')
  })

  it.each([
    ['redrive', 'no dead letter is to be sent again at the destination default'],
    ['replay', 'no callback that has ended is to be sent again at the destination default'],
    ['discard', 'no dead letter is to be discarded at the destination default'],
  ] as const)('of nothing says so, and how to drop it: %s', (kind, deed) => {
    const empty: ShownRun = { ...plan, kind, counts: { ...counts, selected: 0, remaining: 0 } }
    const text = textOf({ ...empty, takesMs: 0 })
    expect(text).toContain(deed)
    expect(text).toContain('drop it with: ringback runs abort redrive-5f3a9c1e')
    expect(text).not.toContain('takes')
    expect(text).not.toContain('runs start')
  })

  it('says which it takes: times as people read them, and possible duplicates', () => {
    const filter = {
      since: '1970-01-01T00:00:00.000Z',
      until: '1970-01-01T02:00:00.000Z',
      acceptedUntil: '1970-01-01T01:00:00.000Z',
      possibleDuplicates: true,
    }
    const text = textOf({ ...plan, filter })
    expect(text).toContain(
      'which   ended, since 1970-01-01 00:00:00 UTC (now), before 1970-01-01 02:00:00 UTC (in 2 h), ' +
        'accepted before 1970-01-01 01:00:00 UTC (in 1 h), possible duplicates too',
    )
    expect(textOf(plan)).not.toContain('possible duplicates')
  })

  it('fits the terminal', () => {
    const filter = { ...plan.filter, since: plan.createdAt, text: 'of a certain kind '.repeat(8) }
    const wide = { ...plan, filter, expired: 2 }
    const text = linesOf((screen) => presentPlan(wide, screen), 60).join('\n')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  })
})

describe('a run', () => {
  it.each(['canary', 'canary-died', 'too-many-deaths'] as const)(
    'that waits for somebody names the command that lets it go on: %s',
    (stateWhy) => {
      const text = textOf({ ...plan, state: 'paused', stateWhy })
      expect(text).toContain('`ringback runs resume redrive-5f3a9c1e`')
    },
  )

  it('says which it took', () => {
    const filter = { ...plan.filter, reason: 'exhausted', possibleDuplicates: true }
    const text = textOf({ ...plan, state: 'done', filter })
    expect(text).toMatch(/which {3}ended, before .*, reason exhausted, possible duplicates too/)
  })
})

it('names the destination in each command that it tells somebody to run, where there are several', () => {
  const emea = { ...plan, destination: 'emea' }
  expect(textOf(emea)).toContain('ringback runs start redrive-5f3a9c1e --destination emea')
  expect(textOf({ ...emea, state: 'paused', stateWhy: 'canary' })).toContain(
    'ringback runs resume redrive-5f3a9c1e --destination emea',
  )
  const none = { ...counts, selected: 0, remaining: 0 }
  expect(textOf({ ...emea, counts: none })).toContain(
    'ringback runs abort redrive-5f3a9c1e --destination emea',
  )
  expect(textOf(plan)).not.toContain('--destination')
})

it('says of a replay that its callbacks were booked, and not only that they may be', () => {
  const replay: ShownRun = { ...plan, kind: 'replay', byReason: { booked: 3 }, mayBeBooked: 3 }
  expect(textOf(replay)).toContain(
    '3 were booked, or may have been: their customers may be called twice',
  )
})
