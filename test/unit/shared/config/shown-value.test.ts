import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { shownValue } from '../../../../src/shared/config/config-problem.ts'

describe('shownValue', () => {
  it.each([
    ['fast', 'no', '"fast"'],
    ['a\nb', 'no', String.raw`"a\nb"`],
    ['https://me:hunter2@acme.com/x', 'no', '"https://•••@acme.com/x"'],
    ['https://acme.com/?token=hunter2', 'no', '"https://acme.com/?•••"'],
    ['-----BEGIN PRIVATE KEY-----', 'no', '•••'],
    ['http://localhost:6379', 'password', '"http://localhost:6379"'],
    ['localhost:6379', 'password', '"localhost:6379"'],
    ['redis://:hunter2@host:1/x', 'password', '"redis://•••@host:1/x"'],
    ['redis://a:hunt@er2@host', 'password', '"redis://•••@host"'],
    ['redis:/:hunter2@host', 'password', '"•••@host"'],
    ['redis://:hunter2', 'password', '•••'],
    ['redis://host?password=hunter2', 'password', '"redis://host?•••"'],
    ['call +18445791189', 'numbers', '"call +18•••89"'],
    ['x', 'all', '•••'],
    ['y'.repeat(101), 'no', `"${'y'.repeat(100)}…"`],
  ] as const)('shows %s, secret: %s, as %s', (text, secret, shown) => {
    expect(shownValue(text, secret)).toBe(shown)
  })

  it('never shows the password of a Redis URL, whatever is in it', () => {
    const password = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' })
    fc.assert(
      fc.property(password, (text) => {
        const shown = shownValue(`redis://user:${text}@host:6379`, 'password')
        expect(shown).toBe('"redis://•••@host:6379"')
      }),
      { seed: 20_260_226 },
    )
  })
})
