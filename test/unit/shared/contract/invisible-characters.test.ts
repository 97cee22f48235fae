import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { trimInvisible } from '../../../../src/shared/text/invisible.ts'
import { parseIntent } from '../../../../src/shared/contract/intent.ts'
import { intentOf, least } from './sample-intent.ts'

function problemsOf(fields: object) {
  const parsed = parseIntent({ ...least, ...fields })
  return parsed.kind === 'invalid' ? parsed.problems : []
}

describe('a character that nobody sees', () => {
  it.each([
    ['v2\u200b', 'has an invisible character, U+200B (a zero-width space); remove it'],
    ['\ufeffv2', 'has an invisible character, U+FEFF (a byte order mark); remove it'],
    ['v\u2028x', 'has an invisible character, U+2028 (a line separator); remove it'],
    ['v\u2029x', 'has an invisible character, U+2029 (a paragraph separator); remove it'],
    ['\u202ev2', 'has an invisible character, U+202E (a right-to-left override); remove it'],
    ['v\u00ad2', 'has an invisible character, U+00AD (a soft hyphen); remove it'],
    ['v\u200d2', 'has an invisible character, U+200D (a zero-width joiner); remove it'],
    ['v\ufe0f', 'has an invisible character, U+FE0F; remove it'],
    ['v\u3164', 'has an invisible character, U+3164; remove it'],
    ['v\u{e0041}', 'has an invisible character, U+E0041; remove it'],
    ['v\t2', 'has an invisible character, U+0009 (a tab); remove it'],
    ['v\u00a02', 'has a space that is not the ordinary one, U+00A0 (a no-break space); remove it'],
    ['v\u30002', 'has a space that is not the ordinary one, U+3000; remove it'],
    ['v\u28002', 'has a space that is not the ordinary one, U+2800; remove it'],
    ['v8 ', 'has a space at its end, U+0020; remove it'],
    [' v8', 'has a space at its beginning, U+0020; remove it'],
    [' ', 'has a space at its beginning, U+0020; remove it'],
    ['v\ud83d', 'has half of a character, U+D83D; remove it'],
  ])('is named by its code point in callId %j', (callId, message) => {
    expect(problemsOf({ callId })).toEqual([{ field: 'callId', message }])
  })

  it.each([
    ['x\u200b', 'note has an invisible character, U+200B (a zero-width space); remove it'],
    ['x\u2028y', 'note has an invisible character, U+2028 (a line separator); remove it'],
    ['x\u202ey', 'note has an invisible character, U+202E (a right-to-left override); remove it'],
    ['\u0000', 'note has an invisible character, U+0000; remove it'],
    ['x ', 'note has a space at its end, U+0020; remove it'],
    ['\u00a0x', 'note has a no-break space at its beginning, U+00A0; remove it'],
    ['x\n', 'note has a line feed at its end, U+000A; remove it'],
    ['x\udc00', 'note has half of a character, U+DC00; remove it'],
  ])('is named by its code point in an attribute %j', (note, message) => {
    expect(problemsOf({ attributes: { campaign: 'spring', note } })).toEqual([
      { field: 'attributes', message },
    ])
  })

  it.each([
    [
      'id',
      { id: 'v2\u200b' },
      'has an invisible character, U+200B (a zero-width space); remove it',
    ],
    ['id', { id: 'v2 ' }, 'has a space at its end, U+0020; remove it'],
    [
      'delay',
      { delay: '5m\u200b' },
      'has an invisible character, U+200B (a zero-width space); remove it',
    ],
    [
      'timeZone',
      { notBefore: '2027-07-01T10:00', timeZone: 'Europe\u200b/Vienna' },
      'has an invisible character, U+200B (a zero-width space); remove it: write a region and a city such as Europe/Vienna, or UTC',
    ],
    [
      'timeZone',
      { notBefore: '2027-07-01T10:00', timeZone: 'Europe/Vienna ' },
      'has a space at its end, U+0020; remove it: write a region and a city such as Europe/Vienna, or UTC',
    ],
    [
      'attributes',
      { attributes: { 'note\ufeff': 'x' } },
      'has a name with an invisible character, U+FEFF (a byte order mark); remove it',
    ],
    [
      'attributes',
      { attributes: { ' note': 'x' } },
      'has a name with a space at its beginning, U+0020; remove it',
    ],
  ])('is named in %s too: %j', (field, fields, message) => {
    expect(problemsOf(fields)).toEqual([{ field, message }])
  })

  it.each(['two words', 'Ärzte-Anruf 7', 'コール', '89328b83-ff42', 'a/b?c#d%20', '📞1'])(
    'is not found in the call %j',
    (callId) => {
      expect(intentOf({ ...least, callId }).callId).toBe(callId)
    },
  )

  it.each(['', 'a b', 'two\nlines', 'a\tb', 'prix : 5 €', '👨‍👩‍👧 ❤️', 'می‌خواهم', 'Grüße'])(
    'is not found in the attribute %j, where it belongs',
    (note) => {
      expect(intentOf({ ...least, attributes: { note } }).attributes).toEqual({ note })
    },
  )

  it('is taken away at the ends of what a spreadsheet leaves, and nothing else is', () => {
    const around = fc.string({
      unit: fc.constantFrom(' ', '\u00a0', '\u200b', '\u202d', '\u202c', '\ufeff', '\t', '\u3000'),
    })
    const text = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z+]([a-z0-9 \u200B]*[a-z0-9])?$/))
    fc.assert(
      fc.property(around, text, around, (before, value, after) => {
        expect(trimInvisible(`${before}${value}${after}`)).toBe(value)
      }),
    )
  })
})
