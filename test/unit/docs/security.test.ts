import { describe, expect, it } from 'vitest'

import { proofsIn, titlesIn } from '../../support/proofs.ts'
import { readRepositoryFile } from '../../support/wire-protocol-page.ts'

const page = readRepositoryFile('docs/security.md')
const sections = page.split('\n## ').slice(1)

describe('docs/security.md', () => {
  it.each(proofsIn(page))('names a test that exists: %s › %s', (file, title, link) => {
    expect(link).toBe(file)
    expect(titlesIn(file)).toContain(title)
  })

  it('proves whatever it says to hold, and says of everybody what does not', () => {
    const holding = sections.filter((section) => /^Holds\b/m.test(section))
    expect(holding.length).toBeGreaterThanOrEqual(7)
    expect(holding.filter((section) => proofsIn(section).length === 0)).toEqual([])
    expect(holding.filter((section) => !/^Does not hold:/m.test(section))).toEqual([])
  })

  it('has a section for everybody in its table', () => {
    const who = [...page.matchAll(/^\| ([a-zS][^|]+?) +\|/gm)].map(([, name = '']) => name)
    const headings = sections.map((section) => section.split('\n')[0]?.toLowerCase() ?? '')
    expect(who.length).toBe(9)
    for (const name of who) {
      const [first = ''] = name.toLowerCase().split(', or its disk')
      expect(headings, name).toContain(first)
    }
  })
})
