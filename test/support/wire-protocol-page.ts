import { readFileSync } from 'node:fs'

import type { Redis } from 'ioredis'

export const wireProtocolPage = readRepositoryFile('docs/wire-protocol.md')

export function readRepositoryFile(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
}

/** The contents of every fenced block of a language. */
export function fencedBlocks(page: string, language: string): string[] {
  const fence = new RegExp('^```' + language + '\\n([^]*?)^```$', 'gm')
  return [...page.matchAll(fence)].map(([, content = '']) => content)
}

/**
 * What follows the name in the page's ACL rule for a user; rights in brackets are one word. Redis 6.2 knows neither `%W` nor
 * brackets: there the page has a weaker rule for some users.
 */
export async function aclRule(redis: Redis, user: string): Promise<string[]> {
  const rules = fencedBlocks(wireProtocolPage, 'acl')
    .map((block) => block.trim())
    .filter((rule) => rule.startsWith(`ACL SETUSER ${user} `))
  const modern = await knowsSelectors(redis)
  const [rule, ...others] =
    rules.length > 1 ? rules.filter((r) => r.includes('%') === modern) : rules
  if (rule === undefined || others.length > 0)
    throw new Error(`not one rule of the page is for ${user}`)
  return (rule.match(/\([^)]*\)|\S+/g) ?? []).slice(3)
}

export async function knowsSelectors(redis: Redis): Promise<boolean> {
  return Number(/redis_version:(\d+)/.exec(await redis.info('server'))?.[1]) >= 7
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
