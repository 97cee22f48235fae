import { expect, it } from 'vitest'

import { describeProblems } from '../../../../src/shared/errors/problem.ts'

it('names every field with what is wrong with it, one after the other', () => {
  const problems = [
    { field: 'callId', message: 'is required' },
    { field: 'delay', message: 'must be a duration' },
  ]
  expect(describeProblems(problems)).toBe('callId: is required; delay: must be a duration')
})
