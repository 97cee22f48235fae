import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskNumber, maskNumbersIn } from '../../../../src/shared/phone/mask.ts'

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength, maxLength })
const numberLike = fc
  .tuple(fc.constantFrom('+', ''), digits(1, 20))
  .map(([plus, rest]) => plus + rest)
const digitsIn = (text: string) => text.replace(/\D/g, '')

describe('maskNumber', () => {
  it('leaves the first three characters and the last two digits of a phone number', () => {
    expect(maskNumber('+18445791189')).toBe('+18•••89')
    expect(maskNumber('+4930123456')).toBe('+49•••56')
  })

  it.each([
    '',
    '+',
    '+1',
    '+12345678',
    '12345678',
    '+1 844 579 1189',
    'call me at +18445791189',
    '🙂',
  ])('hides %j whole, as it is too short or no number', (text) => {
    expect(maskNumber(text)).toBe('•••')
  })

  it('never shows the whole number, nor more than five of its characters, nor how long it is', () => {
    fc.assert(
      fc.property(numberLike, (number) => {
        const masked = maskNumber(number)
        expect(masked).not.toContain(number)
        expect(masked.replace('•••', '').length).toBeLessThanOrEqual(5)
        expect(['•••'.length, '+18•••89'.length]).toContain(masked.length)
      }),
    )
  })

  it('never shows more than five digits, and hides at least four, of any text that is or holds a number', () => {
    fc.assert(
      fc.property(fc.string(), numberLike, fc.string(), (before, number, after) => {
        const text = before + number + after
        const shown = digitsIn(maskNumber(text)).length
        expect(shown).toBeLessThanOrEqual(5)
        if (shown > 0) expect(digitsIn(text).length - shown).toBeGreaterThanOrEqual(4)
      }),
    )
  })
})

describe('maskNumbersIn', () => {
  it.each([
    ['call +18445791189 now', 'call +18•••89 now'],
    ['+1 (844) 579-1189, 0664/1234567', '+18•••89, 066•••67'],
    ['{"n":18445791189}', '{"n":184•••89}'],
    ['tel8445791189ext', 'tel844•••89ext'],
    ['+1844\u200b579\u20601189', '+18•••89'],
    ['8\u00ad445\u200e 79\u200b-1189', '844•••89'],
    ['1234567', '•••'],
    ['to ＋１８４４５７９１１８９ now', 'to +18•••89 now'],
    ['to +١٨٤٤٥٧٩١١٨٩ now', 'to ••• now'],
    ['1\ufeff8\ufeff4\ufeff\ufeff4\u200b5791189', '184•••89'],
    ['2026-02-26T8445791189', '•••T844•••89'],
    ['order 123456 of 2026-02-26T15:40:52.123Z', 'order 123456 of 2026-02-26T15:40:52.123Z'],
  ])('turns %j into %j', (text, masked) => {
    expect(maskNumbersIn(text)).toBe(masked)
  })

  it('leaves nothing whole of a number with seven digits or more, whatever stands around it', () => {
    const long = numberLike.filter((number) => digitsIn(number).length >= 7)
    fc.assert(
      fc.property(fc.string(), long, fc.string(), (before, number, after) => {
        expect(maskNumbersIn(`${before}${number}${after}`)).not.toContain(number)
      }),
    )
  })
})
