import { expect, it } from 'vitest'

import { byDestination } from '../../../../../src/ops/operations/destination/by-destination.ts'

const together = (...names: string[]) => byDestination(names, (name) => name)

it('puts the partitions of one destination together, in their order and under its name', () => {
  expect(together('a', 'd', 'd/1', 'd/10', 'd/2', 'e')).toEqual([
    { destination: 'a', parts: ['a'] },
    { destination: 'd', parts: ['d', 'd/1', 'd/2', 'd/10'] },
    { destination: 'e', parts: ['e'] },
  ])
})

it('leaves its own name to a partition of which no other is known', () => {
  expect(together('d/1')).toEqual([{ destination: 'd/1', parts: ['d/1'] }])
})
