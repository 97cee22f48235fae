import { expect, it } from 'vitest'

import { mayHaveLeft, type SendPhase } from '../../../../src/shared/delivery/salesforce-answer.ts'

it.each<[SendPhase, boolean]>([
  ['preparing', false],
  ['connecting', false],
  ['securing', false],
  ['sending', true],
  ['sent', true],
  ['answered', true],
])('knows whether a byte may have left once a request is %s: %s', (phase, may) => {
  expect(mayHaveLeft(phase)).toBe(may)
})
