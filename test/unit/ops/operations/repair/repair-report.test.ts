import { expect, it } from 'vitest'

import { reportOf } from '../../../../../src/ops/operations/repair/repair-report.ts'
import type { Repair } from '../../../../../src/ops/operations/repair/repair.ts'
import { loadStoreConfig } from '../../../../../src/shared/config/load.ts'

const stream = {
  entries: 1,
  oldestId: '1-0',
  aheadMs: 0,
  isExhausted: false,
  realignment: undefined,
}

function repair(destination: string, given: Partial<Repair> = {}): Repair {
  return {
    destination,
    outcome: 'nothing-to-repair',
    inbox: stream,
    results: stream,
    waiting: { found: 0, retimed: 0, unreadable: 0 },
    expired: { found: 0, ids: [] },
    ...given,
  }
}

const asked = { config: loadStoreConfig({}), destination: 'd' }

it('is that of the destination, where it has no partitions', () => {
  const only = repair('d')
  expect(reportOf({ ...asked, parts: [only], unreached: [] })).toBe(only)
})

it('adds up what was done in partitions, and says first what is left to do', () => {
  const parts = [
    repair('d', { outcome: 'repaired', waiting: { found: 2, retimed: 2, unreadable: 0 } }),
    repair('d/1', {
      outcome: 'incomplete',
      waiting: { found: 3, retimed: 1, unreadable: 2 },
      expired: { found: 1, ids: ['one'] },
    }),
    repair('d/2'),
  ]
  const unreached = [{ destination: 'd/3', code: 'redis-unavailable', message: 'It is away.' }]
  expect(reportOf({ ...asked, parts, unreached })).toEqual({
    destination: 'd',
    outcome: 'incomplete',
    waiting: { found: 5, retimed: 3, unreadable: 2 },
    expired: { found: 1 },
    partitions: parts,
    unreached,
  })
})

it('is of a destination in partitions too where only one of them was reached', () => {
  const unreached = [{ destination: 'd/1', code: 'redis-unavailable', message: 'It is away.' }]
  const report = reportOf({ ...asked, parts: [repair('d')], unreached })
  expect(report).toMatchObject({ outcome: 'nothing-to-repair', unreached })
})
