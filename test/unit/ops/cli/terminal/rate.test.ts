import { InvalidArgumentError } from 'commander'
import { expect, it } from 'vitest'

import { rateOr } from '../../../../../src/ops/cli/terminal/rate.ts'

it.each([
  ['5/s', 5],
  ['5', 5],
  ['30/m', 0.5],
  ['9/h', 0.0025],
  ['0.001/s', 0.001],
  ['10000/s', 10_000],
  ['none', 'none'],
])('reads %s as %s', (text, rate) => {
  expect(rateOr('none')(text)).toBe(rate)
})

it.each(['0', '0.0009', '3/h', '10001', '5/S', '5/d', '1e3/s', '0x10/s', '-1/s', '5 /s', '', '/s'])(
  'refuses %j, and says what a rate is',
  (text) => {
    expect(() => rateOr()(text)).toThrow(InvalidArgumentError)
    expect(() => rateOr('none')(text)).toThrow(
      'It must be a rate such as 5/s, 30/m or 100/h, from 0.001 to 10000 a second; or none.',
    )
  },
)

it('takes no word that it was not told of', () => {
  expect(() => rateOr('default')('none')).toThrow('; or default.')
})
