import { readFileSync } from 'node:fs'
import ts from 'typescript'

const root = new URL('../../', import.meta.url)

/** `- [file](../file): "title"` */
const proof = /^- \[(?<file>test\/[^\]]+)\]\(\.\.\/(?<link>[^)]+)\): "(?<title>.+)"$/gm

/** The tests that a page names as its proofs. */
export function proofsIn(text: string): [file: string, title: string, link: string][] {
  return [...text.matchAll(proof)].map(({ groups }) => {
    const { file = '', title = '', link = '' } = groups ?? {}
    return [file, title, link]
  })
}

/** The titles of the tests that a file runs. A skipped one proves nothing and is left out. */
export function titlesIn(file: string): string[] {
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
