import { expect, it } from 'vitest'

import { presentRepair } from '../../../../../src/ops/cli/present/repair.ts'
import { linesOf } from './captured.ts'

const stream = { entries: 0, oldestId: undefined, aheadMs: 60_000, isExhausted: false }

it.each([
  [0, 'brought back into step; no entry had to change its id'],
  [1, 'brought back into step; 1 entry has a new id'],
  [3, 'brought back into step; 3 entries have new ids'],
])('says in words how many entries have a new id: %i', (moved, words) => {
  const inbox = { ...stream, realignment: { kind: 'realigned' as const, moved } }
  const lines = linesOf((screen) => {
    const waiting = { found: 0, retimed: 0, unreadable: 0 }
    const expired = { found: 0, ids: [] }
    const results = { ...stream, aheadMs: 0, realignment: undefined }
    const outcome = 'repaired' as const
    presentRepair({ destination: 'd', outcome, inbox, results, waiting, expired }, screen)
  })
  expect(lines.find((line) => line.includes('inbox'))).toContain(words)
})
