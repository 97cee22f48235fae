import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)
const page = readFileSync(new URL('docs/guarantees.md', root), 'utf8')
const lastSection = '## What is not promised'

/** `- [file](../file): "title"` */
const proof = /^- \[(?<file>test\/[^\]]+)\]\(\.\.\/(?<link>[^)]+)\): "(?<title>.+)"$/gm

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

function proofsIn(text: string): [file: string, title: string, link: string][] {
  return [...text.matchAll(proof)].map(({ groups }) => {
    const { file = '', title = '', link = '' } = groups ?? {}
    return [file, title, link]
  })
}

/** The titles of the tests that a file runs. A skipped one proves nothing and is left out. */
function titlesIn(file: string): string[] {
  const text = readFileSync(new URL(file, root), 'utf8')
  const titles: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && runsTest(node.expression)) {
      const [title] = node.arguments
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  return titles
}

/** `it(…)`, and `it.each(…)(…)`; nothing else that can be made of `it`. */
function runsTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'it'
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression))
    return false
  const { name, expression } = callee.expression
  return name.text === 'each' && runsTest(expression)
}
