import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { phoneProblem } from '../../../../src/shared/phone/phone-problem.ts'

describe('what is said of a wrong number', () => {
  it.each([
    ['', 'is empty'],
    ['  ', 'is only spaces'],
    ['\u202D+18445791189\u202C', 'has an invisible character, U+202D (a left-to-right override)'],
    ['+18445791189\u200B', 'has an invisible character, U+200B (a zero-width space)'],
    ['\uFEFF+18445791189', 'has an invisible character, U+FEFF (a byte order mark)'],
    ['+1844\u00AD5791189', 'has an invisible character, U+00AD (a soft hyphen)'],
    ['+18445791189\r\n', 'has an invisible character, U+000D (a carriage return)'],
    ['+1\u00A08445791189', 'has a space that is not the ordinary one, U+00A0 (a no-break space)'],
    ['1.84E+10', 'was rounded by a spreadsheet'],
    ['1,84e+10', 'was rounded by a spreadsheet'],
    ['1.84457911890E10', 'was rounded by a spreadsheet'],
    ["'+18445791189", 'begins with an apostrophe'],
    ['’18445791189', 'begins with an apostrophe'],
    ['="+18445791189"', 'is a formula of a spreadsheet'],
    ['=+18445791189', 'is a formula of a spreadsheet'],
    ['########', 'is what a spreadsheet shows in place of a value'],
    ['#N/A', 'is what a spreadsheet shows in place of a value'],
    ['#REF!', 'is what a spreadsheet shows in place of a value'],
    ['#DIV/0!', 'is what a spreadsheet shows in place of a value'],
    ['#NAME?', 'is what a spreadsheet shows in place of a value'],
    ['"+18445791189"', 'is in quotes'],
    ['„+18445791189“', 'is in quotes'],
    ['tel:+18445791189', 'is a link (such as tel: or sip:)'],
    ['TEL:+1-844-579-1189', 'is a link (such as tel: or sip:)'],
    ['sip:+18445791189@example.com', 'is a link (such as tel: or sip:)'],
    ['+18445791189 ext. 12', 'has an extension'],
    ['+18445791189x12', 'has an extension'],
    ['+18445791189;ext=12', 'has an extension'],
    ['+18445791189#12', 'has an extension'],
    ['+1 844 579 1189', 'has spaces in it'],
    ['+1-844-579-1189', 'has hyphens in it'],
    ['+1\u2011844\u2013579\u22121189', 'has hyphens in it'],
    ['+1 (844) 579-1189', 'has spaces and hyphens and brackets in it'],
    ['+43.664/1234567', 'has dots, commas or slashes in it'],
    ['18445791189', 'has no + before its country code'],
    ['0018445791189', 'begins with 00; write a + instead'],
    ['06641234567', 'begins with 0, as dialled within its country'],
    ['+018445791189', 'has a 0 after its +, and no country code begins with 0'],
    ['+08445791189', 'has a 0 after its +, and no country code begins with 0'],
    ['＋１８４４５７９１１８９', 'has digits or a + from another script or in full width'],
    ['+１８４４５７９１１８９', 'has digits or a + from another script or in full width'],
    ['+١٨٤٤٥٧٩١١٨٩', 'has digits or a + from another script or in full width'],
    ['+1800FLOWERS', 'has letters'],
    ['unknown', 'has letters'],
    ['++18445791189', 'begins with two +'],
    ['+18445791189, +18445791190', 'has a + that is not at its beginning; give one number only'],
    ['+18445791189/+18445791190', 'has a + that is not at its beginning; give one number only'],
    ['18445791189+', 'has a + that is not at its beginning; give one number only'],
    ['18445791189.0', 'has a decimal point, which a spreadsheet adds'],
    ['+18445791189 ', 'has a space at its beginning or end'],
    ['+184457', 'has fewer than 7 digits'],
    ['+', 'has fewer than 7 digits'],
    ['+1844579118912345', 'has more than 15 digits'],
    ['+1844*79118', 'has a character that does not belong in a number'],
  ])('%j: %s', (text, words) => {
    expect(phoneProblem(text)).toContain(words)
  })

  it.each(['+18445791189', '+4312345', '+442079460000', '+123456789012345'])(
    'nothing is said of %s',
    (text) => {
      expect(phoneProblem(text)).toBeUndefined()
    },
  )

  it('is nothing exactly for E.164, and holds no two digits of it in a row', () => {
    const typed = fc.string({
      unit: fc.constantFrom(...Array.from('+3478 ()-./\'"=eEx\u200B\u202D\u00A0３٤a;#:')),
      maxLength: 20,
    })
    fc.assert(
      fc.property(fc.oneof(typed, fc.string(), fc.stringMatching(/^\+?[3478]{5,17}$/)), (text) => {
        const problem = phoneProblem(text)
        expect(problem === undefined).toBe(/^\+[1-9][0-9]{6,14}$/.test(text))
        for (const digits of text.match(/[3478]{2}/g) ?? []) {
          // The one figure of ours is that of the spreadsheet, 1.84E+10, and code points begin with U+.
          expect(problem?.replace('1.84E+10', '').replace(/U\+[0-9A-F]+/, '') ?? '').not.toContain(
            digits,
          )
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
