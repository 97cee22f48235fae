import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { proofsIn, titlesIn } from '../../support/proofs.ts'

const root = new URL('../../../', import.meta.url)
const page = readFileSync(new URL('docs/guarantees.md', root), 'utf8')
const lastSection = '## What is not promised'

describe('docs/guarantees.md', () => {
  it.each(proofsIn(page))('names a test that exists: %s › %s', (file, title, link) => {
    expect(link).toBe(file)
    expect(titlesIn(file)).toContain(title)
  })

  it('names every test of every scenario', () => {
    const named = proofsIn(page).map(([file, title]) => `${file}: ${title}`)
    const scenarios = readdirSync(new URL('test/scenario/', root))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `test/scenario/${name}`)
    const all = scenarios.flatMap((file) => titlesIn(file).map((title) => `${file}: ${title}`))
    expect(all.length).toBeGreaterThan(0)
    expect(all.filter((each) => !named.includes(each))).toEqual([])
  })

  it('proves every promise it makes', () => {
    const promises = page.slice(0, page.indexOf(lastSection)).split('\n## ').slice(1)
    expect(promises.length).toBeGreaterThan(0)
    const unproved = promises.filter((promise) => proofsIn(promise).length === 0)
    expect(unproved).toEqual([])
  })
})
