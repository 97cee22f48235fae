import { expect, it } from 'vitest'

import { duplicateInWords } from '../../../../src/ops/text/possible-duplicate.ts'

it.each([
  ['of one that is replayed, that it was booked', ['r-1'], undefined, 'booked before'],
  ['of one that was replayed, how often', ['r-1'], 'r-2', 'booked 2 times'],
  ['of one in doubt, no more than that', [], 'r-1', 'an attempt may have booked unnoticed'],
])('says %s', (_, otherRecordIds, recordId, words) => {
  const record = { possibleDuplicate: true, otherRecordIds, recordId }
  expect(duplicateInWords(record)).toBe(words)
  expect(duplicateInWords({ ...record, possibleDuplicate: false })).toBeUndefined()
})
