import { readFileSync } from 'node:fs'

export const wireProtocolPage = readRepositoryFile('docs/wire-protocol.md')

export function readRepositoryFile(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
}

/** The contents of every fenced block of a language. */
export function fencedBlocks(page: string, language: string): string[] {
  const fence = new RegExp('^```' + language + '\\n([^]*?)^```$', 'gm')
  return [...page.matchAll(fence)].map(([, content = '']) => content)
}

/** The first column of the table that follows a comment, without its backquotes. */
export function documentedNames(page: string, comment: string): string[] {
  const [, after] = page.split(`<!-- ${comment} -->`)
  if (after === undefined) throw new Error(`the page has no comment "${comment}"`)
  const [table = ''] = after.trimStart().split('\n\n')
  const names = [...table.matchAll(/^\| `([^`]+)` /gm)].map(([, name = '']) => name)
  if (names.length === 0) throw new Error(`no table follows the comment "${comment}"`)
  return names.toSorted()
}
