import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { spellingsOf } from '../../../../src/shared/phone/number-spellings.ts'

describe.each([
  ['+436641234567', ['+43 664 1234567', '0043664/1234567', '+43 (0)664 123 45 67', '0664-1234567']],
  ['+18445791189', ['+1 (844) 579-1189', '1.844.579.1189', '01118445791189', '844 579 1189']],
  ['+4520260226', ['+45 20 26 02 26', '20 26 02 26']],
  ['+3545551234', ['+354 555 1234', '00354 5551234', '3545551234']],
])('the number %s', (number, others) => {
  it.each([number, number.slice(1), `00${number.slice(1)}`, ...others])(
    'is found as %s',
    (text) => {
      const spellings = spellingsOf(number)
      expect(spellings.isIn(text)).toBe(true)
      expect(spellings.isIn(`{"n":"${text}","at":"2026-02-26T15:40:52Z"}`)).toBe(true)
      expect(spellings.isIn(`order_${text}_x`)).toBe(true)
      expect(spellings.replaceIn(`a ${text} b`, '•')).toBe('a • b')
    },
  )

  it('is replaced wherever it stands', () => {
    const text = [number, 'and', ...others, number].join(', ')
    const masks = ['•', 'and', ...others.map(() => '•'), '•'].join(', ')
    expect(spellingsOf(number).replaceIn(text, '•')).toBe(masks)
  })

  it('is not found as a part of a longer row of digits', () => {
    const spellings = spellingsOf(number)
    expect(spellings.isIn(`${number}0`)).toBe(false)
    expect(spellings.isIn(`9${number.slice(1)}`)).toBe(false)
  })
})

it.each([
  ['a date', '+4520260226', '{"notBefore":"2026-02-26T15:40:52Z"}'],
  ['a duration', '+3543600000', '{"delay":3600000}'],
  ['the number of another country', '+436641234567', '+49 664 1234567'],
  ['the number of another country, unspaced', '+436641234567', '+496641234567'],
  ['another number', '+18445791189', '+18445791188'],
])('does not take %s for the number', (_, number, text) => {
  expect(spellingsOf(number).isIn(text)).toBe(false)
})

it('counts the country’s own digits, so that a number is found without them', () => {
  expect(spellingsOf('+35455512345').isIn('55512345')).toBe(true)
  expect(spellingsOf('+3545551234').isIn('5551234')).toBe(false)
})

it('masks every spelling in a text, not the first alone', () => {
  const { replaceIn } = spellingsOf('+436641234567')
  expect(replaceIn('+436641234567, 0664 1234567 and 0043664/1234567', '•')).toBe('•, • and •')
})

it('masks the prefix for abroad and the trunk zero with the number', () => {
  const { replaceIn } = spellingsOf('+436641234567')
  expect(replaceIn('a 00436641234567 b +43(0)664-1234567 c 0664 1234567 d', '•')).toBe(
    'a • b • c • d',
  )
})

it('does not join the digits before a date and those after it', () => {
  expect(spellingsOf('+4520260226').isIn('2026 2026-01-01 0226')).toBe(false)
})

it('finds digits of full width', () => {
  expect(spellingsOf('+18445791189').isIn('＋１８４４５７９１１８９')).toBe(true)
})

it.each(['\u200b', '\u2060', '\u00ad', '\u200e', '\ufeff', '\ufe0f', '\u200b \u200b-\u200b'])(
  'finds and masks digits with what takes no room between them: %j',
  (gap) => {
    const { isIn, replaceIn } = spellingsOf('+18445791189')
    const text = `a ${Array.from('+18445791189').join(gap)} b`
    expect(isIn(text)).toBe(true)
    expect(replaceIn(text, '•')).toBe('a • b')
  },
)

it('finds every number in itself, however it is spaced', () => {
  const numbers = fc.stringMatching(/^\+[1-9]\d{6,14}$/)
  fc.assert(
    fc.property(numbers, fc.constantFrom('', ' ', '-', '/', '.', '_'), (number, gap) => {
      const text = `x${Array.from(number.slice(1)).join(gap)}y`
      // Eight digits with hyphens may be a date.
      fc.pre(gap !== '-' || number.length !== 9)
      expect(spellingsOf(number).isIn(text)).toBe(true)
    }),
  )
})
