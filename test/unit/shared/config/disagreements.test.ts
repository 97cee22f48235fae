import { expect, it } from 'vitest'

import { disagreementsOf } from '../../../../src/shared/config/disagreements.ts'

const one = { name: 'one', version: '1.0.0', settings: { rate: 10, concurrency: 50 } }

it('workers of the same settings and version agree', () => {
  expect(disagreementsOf([one, { ...one, name: 'two' }])).toEqual([])
  expect(disagreementsOf([])).toEqual([])
})

it('says of each setting that differs who has which value, in the same words whoever asks', () => {
  const two = { ...one, name: 'two', settings: { rate: 10, concurrency: 20 } }
  const three = { ...one, name: 'three', version: '1.1.0' }
  const expected = [
    {
      setting: 'version',
      values: [
        { value: '1.0.0', workers: ['one', 'two'] },
        { value: '1.1.0', workers: ['three'] },
      ],
    },
    {
      setting: 'concurrency',
      values: [
        { value: 50, workers: ['one', 'three'] },
        { value: 20, workers: ['two'] },
      ],
    },
  ]
  expect(disagreementsOf([one, two, three])).toEqual(expected)
  expect(disagreementsOf([three, two, one])).toEqual(expected)
})

it('a setting that another version does not know is no disagreement of its own', () => {
  const older = { name: 'older', version: '0.9.0', settings: { rate: 10 } }
  expect(disagreementsOf([one, older]).map(({ setting }) => setting)).toEqual(['version'])
})
