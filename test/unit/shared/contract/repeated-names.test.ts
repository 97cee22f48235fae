import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { repeatedNames } from '../../../../src/shared/contract/repeated-names.ts'

describe('repeatedNames', () => {
  it.each<[string, string[][]]>([
    ['{"a":1,"a":2}', [['a']]],
    ['{"a":1,"b":2,"a":1,"a":3}', [['a']]],
    ['{"a":1,"\\u0061":2}', [['a']]],
    ['{"a" \n:1,"b":2,\t"a"\r:3}', [['a']]],
    ['{"o":{"x":1,"x":2}}', [['o', 'x']]],
    ['{"o":{"x":1},"x":{"o":1}}', []],
    ['{"a":"a","b":"a"}', []],
    ['{"a":"\\"a\\":","b":"{","a":1}', [['a']]],
    ['{"a":[{"x":1},{"x":1}]}', []],
    ['[{"x":1,"x":2}]', [['x']]],
    ['{"__proto__":1,"__proto__":2}', [['__proto__']]],
    ['{"a":1,"A":2}', []],
    ['{"":1,"":2}', [['']]],
    ['{"o":{},"o":{"x":1,"x":2}}', [['o'], ['o', 'x']]],
    ['"a"', []],
    ['[]', []],
  ])('finds in %s %j', (json, names) => {
    expect(repeatedNames(json)).toEqual(names)
  })

  it('finds nothing in what JSON.stringify has written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, space) => {
        expect(repeatedNames(JSON.stringify(value, undefined, space))).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  it('finds exactly where JSON.parse keeps fewer names than were written', () => {
    fc.assert(
      fc.property(written(3), ({ json, names }) => {
        expect(repeatedNames(json).length > 0).toBe(namesIn(JSON.parse(json)) < names)
      }),
      { numRuns: 2_000 },
    )
  })

  it('reads text of 16 KB that is nothing but names, nested or side by side', () => {
    const nested = `${'{"a":'.repeat(2_700)}1${'}'.repeat(2_700)}`
    const beside = `{${Array.from({ length: 2_000 }, () => '"a":1').join(',')}}`
    expect(repeatedNames(nested)).toEqual([])
    expect(repeatedNames(beside)).toEqual([['a']])
  })
})

interface Written {
  json: string
  names: number
}

/** JSON whose objects may give a name twice, and how many names it gives. */
function written(depth: number): fc.Arbitrary<Written> {
  const plain = fc
    .constantFrom('1', 'null', '"a"', '"\\"b\\":"', '"{"', '[]')
    .map((json) => ({ json, names: 0 }))
  if (depth === 0) return plain
  const name = fc.constantFrom('"a"', '"b"', '"\\u0061"', '"\\"a\\":"', '"}"')
  const member = fc.tuple(name, fc.constantFrom(':', ' : '), written(depth - 1))
  const object = fc.array(member, { maxLength: 3 }).map((members) => ({
    json: `{${members.map(([key, colon, { json }]) => `${key}${colon}${json}`).join(',')}}`,
    names: members.reduce((sum, [, , { names }]) => sum + names + 1, 0),
  }))
  const array = fc.array(written(depth - 1), { maxLength: 2 }).map((items) => ({
    json: `[${items.map(({ json }) => json).join(',')}]`,
    names: items.reduce((sum, { names }) => sum + names, 0),
  }))
  return fc.oneof(plain, object, object, array)
}

function namesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const values: unknown[] = Object.values(value)
  const own = Array.isArray(value) ? 0 : values.length
  return values.reduce<number>((sum, inner) => sum + namesIn(inner), own)
}
