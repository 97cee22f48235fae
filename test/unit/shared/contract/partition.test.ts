import { crc32 } from 'node:zlib'

import { expect, it } from 'vitest'

import {
  partitionIn,
  partitionName,
  partitionOf,
} from '../../../../src/shared/contract/partition.ts'
import { partitionVectors } from '../../../support/vectors.ts'

it.each(partitionVectors)('belongs where the vectors say: $name', (vector) => {
  expect(crc32(vector.id)).toBe(Number.parseInt(vector.crc32, 16))
  for (const [partitions, place] of Object.entries(vector.partitions)) {
    expect(partitionOf(vector.id, Number(partitions)), partitions).toBe(place)
  }
})

it('gives each of four partitions about a quarter of ids that are counted', () => {
  const counts = [0, 0, 0, 0]
  for (let nth = 0; nth < 10_000; nth += 1) {
    const place = partitionOf(`call-${nth}`, 4)
    counts[place] = (counts[place] ?? 0) + 1
  }
  expect(Math.min(...counts)).toBeGreaterThan(2_300)
})

it('knows a partition by its name, and the first one by that of the destination', () => {
  for (const place of [0, 1, 63]) {
    expect(partitionIn(partitionName('d', place))).toEqual({ destination: 'd', partition: place })
  }
  expect(partitionIn('d/0')).toEqual({ destination: 'd', partition: 0 })
})
