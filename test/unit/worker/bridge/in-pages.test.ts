import { expect, it } from 'vitest'

import { inPages, wholePage } from '../../../../src/worker/bridge/in-pages.ts'

const entry = (bytes: number) => ({ intent: Buffer.alloc(bytes) })

it.each([
  ['no entries', [], []],
  ['a few small ones', [300, 300, 300], [3]],
  ['many small ones', Array.from({ length: 120 }, () => 300), [50, 50, 20]],
  ['large ones', [16_384, 16_384, 16_384, 16_384, 16_384], [4, 1]],
  ['one that is larger than a page', [300, 100_000, 300], [1, 1, 1]],
])('takes of %s together what is small enough', (_, sizes, pages) => {
  expect(inPages(sizes.map(entry), wholePage).map(({ length }) => length)).toEqual(pages)
})

it('takes an entry without an intent as an empty one', () => {
  expect(inPages([{ intent: undefined }, entry(300)], wholePage)).toHaveLength(1)
})
