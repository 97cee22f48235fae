import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { loadLuaScript, readLuaFile, type LuaFile } from '../../../../src/shared/redis/lua-file.ts'

const store = new URL('../../../../src/shared/store/', import.meta.url)
const files = readdirSync(store, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.lua'))
  .map((path) => [path, new URL(path, store)] as const)

/** Including what it includes. */
function includedBy(url: URL): LuaFile[] {
  return readLuaFile(url).includes.flatMap((each) => [readLuaFile(each), ...includedBy(each)])
}

function wordsOf(lua: string): Set<string> {
  return new Set(lua.replaceAll(/--.*|'[^']*'/g, '').match(/[a-z_][a-z0-9_]*/gi))
}

function functionsOf({ body }: LuaFile): string[] {
  return [...body.matchAll(/^local function ([a-z_]+)/gm)].map(([, name = '']) => name)
}

it('finds the Lua files', () => {
  expect(files.length).toBeGreaterThan(20)
})

describe.each(files)('%s', (_, url) => {
  const file = readLuaFile(url)
  const own = new Set([...wordsOf(file.body), ...file.afterAll])

  it('has at most 60 lines, none longer than 130 columns', () => {
    const lines = readFileSync(url, 'utf8').trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(60)
    expect(lines.filter((line) => line.length > 130)).toEqual([])
  })

  it('knows its keys and arguments by name alone', () => {
    expect(file.body).not.toMatch(/\b(KEYS|ARGV)\b/)
  })

  it('uses every key and argument that it names, or includes what does', () => {
    const used = new Set([...own, ...includedBy(url).flatMap(({ uses }) => uses)])
    const { keys, args, eachKeys, eachArgs } = file
    const named = [...keys, ...args, ...eachKeys, ...eachArgs].map((name) =>
      name.replace('...', ''),
    )
    expect(named.filter((name) => !used.has(name))).toEqual([])
    expect(file.uses.filter((name) => !own.has(name))).toEqual([])
  })

  it('includes only what lies beside it, or in store/lua', () => {
    const folders = [new URL('.', url).href, new URL('lua/', store).href]
    const elsewhere = file.includes.filter((each) => !folders.includes(new URL('.', each).href))
    expect(elsewhere).toEqual([])
  })

  it('uses a function of every file that it includes', () => {
    const unused = file.includes
      .map(readLuaFile)
      .filter((each) => !functionsOf(each).some((name) => own.has(name)))
    expect(unused.map((each) => each.url.href)).toEqual([])
  })

  it('includes by name every file whose functions it uses', () => {
    const included = file.includes.map(({ href }) => href)
    const needed = files
      .map(([, other]) => readLuaFile(other))
      .filter((other) => other.url.href !== url.href && other.keys.length === 0)
      .filter((other) => functionsOf(other).some((name) => own.has(name)))
      .map((other) => other.url.href)
    expect(needed.filter((href) => !included.includes(href))).toEqual([])
  })
})

const scripts = files.filter(([, url]) => readLuaFile(url).keys.length > 0)

it.each(scripts)('%s is sent with every reading of fields written out', (_, url) => {
  expect(loadLuaScript(url).source).not.toMatch(/= read\(/)
})

describe('a file that is wrong', () => {
  const wrong = new URL('../../../support/lua/', import.meta.url)

  it.each([
    ['includes one that uses what it does not name', 'lacks-a-key', /uses callback: name it/],
    ['includes itself by way of another', 'circle', /include each other/],
    ['names an argument twice', 'names-twice', /id is named twice/],
    ['has a list before other arguments', 'early-list', /\.\.\.ids must be the last one/],
    ['does not write its names in snake_case', 'camel-case', /entryId must be a name/],
  ])('is not loaded: one that %s', (_, name, message) => {
    expect(() => loadLuaScript(new URL(`${name}.lua`, wrong))).toThrow(message)
  })
})
