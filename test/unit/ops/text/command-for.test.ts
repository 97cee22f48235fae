import { expect, it } from 'vitest'

import { withCommandsFor } from '../../../../src/ops/text/command-for.ts'

it.each([
  [
    'When the reason is gone: ringback resume --intake.',
    'When the reason is gone: ringback resume --intake --destination emea.',
  ],
  [
    'Ask whoever paused it (ringback stats says who), or go on: ringback resume.',
    'Ask whoever paused it (ringback stats --destination emea says who), or go on: ringback resume --destination emea.',
  ],
  [
    'See what holds them back: ringback doctor --connect.',
    'See what holds them back: ringback doctor --connect.',
  ],
])('names the destination in a command that is about one: %s', (sentence, named) => {
  expect(withCommandsFor(sentence, 'emea')).toBe(named)
  expect(withCommandsFor(sentence, 'default')).toBe(sentence)
})
