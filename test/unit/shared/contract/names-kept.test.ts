import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { keepsAllNames } from '../../../../src/shared/contract/names-kept.ts'
import { repeatedNames } from '../../../../src/shared/contract/repeated-names.ts'

describe('keepsAllNames', () => {
  it.each([
    ['{"a":1,"b":{"a":[{"x":1},{"x":1}]}}', true],
    ['{"a" \n:1,\t"b"\r:"a"}', true],
    ['{"a":"b:","c":":"}', true],
    ['{"__proto__":1}', true],
    ['["a",1,null,"b"]', true],
    ['"a"', true],
    ['{"a":1,"a":2}', false],
    ['{"o":{"x":1,"x":2}}', false],
    ['{"o":{"x":1,"y":2},"o":{}}', false],
    ['{"__proto__":1,"__proto__":2}', false],
    ['{"":1,"":2}', false],
  ])('is of %s %j', (json, kept) => {
    expect(keepsAllNames(json, JSON.parse(json))).toBe(kept)
  })

  it('does not vouch for what has a backslash', () => {
    expect(keepsAllNames('{"a":"\\n"}', { a: '\n' })).toBe(false)
  })

  it('never vouches for what has a repeated name, and vouches for all else that has no backslash', () => {
    const name = fc.constantFrom('"a"', '"b"', '""', '"\\u0061"', '"a" ')
    const { object } = fc.letrec<{ value: string; object: string }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('1', 'null', '"a"', '":"', '"{"', '"\\""', '[]'),
        tie('object'),
        fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(' , ')}]`),
      ),
      object: fc
        .array(fc.tuple(name, tie('value')), { maxLength: 4 })
        .map((members) => `{${members.map(([key, value]) => `${key}:${value}`).join(',')}}`),
    }))
    fc.assert(
      fc.property(object, (json) => {
        const isPlain = repeatedNames(json).length === 0 && !json.includes('\\')
        expect(keepsAllNames(json, JSON.parse(json))).toBe(isPlain)
      }),
      { numRuns: 2_000 },
    )
  })

  it('reads text of 16 KB that is nothing but names, nested or side by side', () => {
    const nested = `${'{"a":'.repeat(2_700)}1${'}'.repeat(2_700)}`
    const beside = `{${Array.from({ length: 2_000 }, () => '"a":1').join(',')}}`
    expect(keepsAllNames(nested, JSON.parse(nested))).toBe(true)
    expect(keepsAllNames(beside, JSON.parse(beside))).toBe(false)
  })
})
