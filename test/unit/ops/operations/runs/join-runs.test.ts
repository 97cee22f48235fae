import { describe, expect, it } from 'vitest'

import { joinRuns } from '../../../../../src/ops/operations/runs/join-runs.ts'
import type { ShownCounts, ShownRun } from '../../../../../src/ops/operations/runs/shown-run.ts'

const none: ShownCounts = {
  selected: 0,
  sent: 0,
  outstanding: 0,
  notFollowed: 0,
  booked: 0,
  dead: 0,
  cancelled: 0,
  skipped: 0,
  remaining: 0,
}

type Given = Omit<Partial<ShownRun>, 'counts'> & { counts?: Partial<ShownCounts> }

function part({ counts, ...given }: Given = {}): ShownRun {
  return {
    id: 'redrive-5f3a9c1e',
    kind: 'redrive',
    destination: 'd/1',
    state: 'running',
    counts: { ...none, selected: 4, ...counts },
    filter: { until: '1970-01-01T02:00:00.000Z', possibleDuplicates: false },
    byReason: { refused: 3, exhausted: 1 },
    byCode: {},
    byHour: {},
    expired: 0,
    expiring: 0,
    mayBeBooked: 0,
    unsendable: 0,
    rate: 5,
    takesMs: 800,
    createdAt: '1970-01-01T00:00:00.000Z',
    ...given,
  }
}

describe('a run over partitions', () => {
  it('is the sum of what it comes to in each', () => {
    const one = part({ counts: { sent: 3, booked: 2, dead: 1 }, oldest: '3', newest: '4' })
    const other = part({ counts: { sent: 4, booked: 4 }, oldest: '1', newest: '2', takesMs: 900 })
    const joined = joinRuns('d', [one, other])
    expect(joined).toMatchObject({
      destination: 'd',
      counts: { selected: 8, sent: 7, booked: 6, dead: 1 },
      byReason: { refused: 6, exhausted: 2 },
      oldest: '1',
      newest: '4',
      rate: 10,
      takesMs: 900,
    })
    expect(joined.partitions).toEqual([one, other])
  })

  it.each<[ShownRun['state'], ShownRun['state'][]]>([
    ['running', ['done', 'running', 'paused']],
    ['waiting', ['paused', 'waiting', 'done']],
    ['paused', ['done', 'paused', 'planned']],
    ['planned', ['planned', 'done']],
    ['aborted', ['done', 'aborted']],
    ['done', ['done', 'done']],
  ])('is %s where its parts are %j', (state, [first = 'done', ...others]) => {
    const parts = others.map((each) => part({ state: each }))
    expect(joinRuns('d', [part({ state: first }), ...parts]).state).toBe(state)
  })

  it('says why the part waits by which it stands as it does', () => {
    const joined = joinRuns('d', [
      part({ state: 'done' }),
      part({ state: 'paused', stateWhy: 'canary' }),
    ])
    expect(joined).toMatchObject({ state: 'paused', stateWhy: 'canary' })
  })

  it('leaves out parts in which nothing is selected, but for what they leave out', () => {
    const empty = part({ state: 'planned', counts: { selected: 0 }, expired: 2 })
    const joined = joinRuns('d', [empty, part({ state: 'done' })])
    expect(joined).toMatchObject({ state: 'done', expired: 2 })
    expect(joined.partitions).toHaveLength(1)
    expect(joinRuns('d', [empty, empty])).toMatchObject({ state: 'planned', counts: none })
  })

  it('has no limit where a part has none that goes on, and begins and ends with the first and last of them', () => {
    const first = part({ state: 'done', startedAt: '2', startedBy: 'ada', endedAt: '5' })
    const second = part({ state: 'done', rate: 'none', startedAt: '1', startedBy: 'bob' })
    expect(joinRuns('d', [first, second])).toMatchObject({ rate: 'none', startedBy: 'bob' })
    expect(joinRuns('d', [first, second]).endedAt).toBeUndefined()
    expect(joinRuns('d', [first, { ...second, endedAt: '4' }]).endedAt).toBe('5')
    expect(joinRuns('d', [part(), { ...second, endedAt: '4' }]).rate).toBe(5)
  })
})
