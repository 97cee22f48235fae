import { describe, expect, it } from 'vitest'

import { foldedLine } from '../../../../src/shared/text/folded-line.ts'

const line =
  '→ malformed: the library refuses it (callbackNumber: has spaces in it; write E.164: a + followed by 7 to 15 digits and nothing else; dealy: is not a field of an intent)'

describe('a line for people', () => {
  it.each([
    [80, line],
    [80, `  ${line.slice(2)}`],
    [40, line],
    [80, `Redis: data in /${'a'.repeat(200)}`],
  ])('is folded for a terminal of %d columns, and nothing of it is lost: %s', (columns, text) => {
    const folded = foldedLine(text, columns).split('\n')
    expect(folded.length).toBeGreaterThan(1)
    for (const each of folded) expect(each.length).toBeLessThanOrEqual(columns)
    expect(folded.slice(1).every((each) => /^ {4}\S/.test(each))).toBe(true)
    expect(folded[0]?.slice(0, 3)).toBe(text.slice(0, 3))
    expect(folded.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
  })

  it('is broken at spaces', () => {
    const words = foldedLine(line, 80).split(/\s+/)
    expect(words).toEqual(line.split(' '))
  })

  it.each([undefined, 0, line.length])('is left as it is where there is room: %s', (columns) => {
    expect(foldedLine(line, columns)).toBe(line)
  })
})
