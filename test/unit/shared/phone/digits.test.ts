import { expect, it } from 'vitest'

import { comparedDigits, digitsOf, lastDigits } from '../../../../src/shared/phone/digits.ts'

it.each(['+18445791189', '(844) 579-1189', '579 11 89', '＋１ ８４４ ５７９ １１８９'])(
  'the last digits of a number are in every spelling of it: %s',
  (spelling) => {
    expect(lastDigits(spelling)).toBe('5791189')
    expect(digitsOf(spelling).endsWith(lastDigits('+18445791189'))).toBe(true)
  },
)

it('a number that is shorter than what is compared is compared whole', () => {
  expect(lastDigits('+12 34')).toBe('1234')
  expect(comparedDigits).toBe(7)
})
