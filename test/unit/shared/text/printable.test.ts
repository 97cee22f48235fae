import fc from 'fast-check'
import { expect, it } from 'vitest'

import { printable } from '../../../../src/shared/text/printable.ts'

it('leaves nothing in a text that a terminal would obey, and every other character as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
  expect(printable('a\u001b[2J\u009b\u202eb\r\n ü €')).toBe(
    String.raw`a\u001b[2J\u009b\u202eb\u000d\u000a ü €`,
  )
})
