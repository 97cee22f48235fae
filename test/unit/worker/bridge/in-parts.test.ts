import { expect, it } from 'vitest'

import { entryOf, type InboxEntry } from '../../../../src/shared/store/inbox/entry.ts'
import { inParts } from '../../../../src/worker/bridge/in-parts.ts'

function entry(entryId: string): InboxEntry {
  const name = entryId.startsWith('i') ? 'intent' : 'cancel'
  return entryOf(entryId, [Buffer.from(name), Buffer.from('{}')])
}

it.each([
  [[], []],
  [['i1', 'i2', 'i3'], [['i1', 'i2', 'i3']]],
  [
    ['c1', 'c2'],
    [['c1'], ['c2']],
  ],
  [
    ['i1', 'i2', 'c1', 'i3', 'c2', 'c3', 'i4', 'i5'],
    [['i1', 'i2'], ['c1'], ['i3'], ['c2'], ['c3'], ['i4', 'i5']],
  ],
])('moves of %j together %j', (entries, parts) => {
  const moved = inParts(entries.map(entry)).map((part) => part.map(({ entryId }) => entryId))
  expect(moved).toEqual(parts)
})
