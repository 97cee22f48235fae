import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * A Lua file says at its top, in lines of three dashes, what it is given and what it uses:
 *
 *     --- @keys callback inbox ...others     keys by name; after three dots a list of all that follow
 *     --- @args id now                       arguments, likewise
 *     --- @each_keys callback                of a script for several things in one go: what each of them has of its own
 *     --- @each_args id intent
 *     --- @finally finish_page               of such a script: functions that are called once, after the last of them
 *     --- @include "states" "../lua/ending"  files whose functions it calls, relative to itself
 *     --- @uses callback now                 of a file that is included: names it takes from the script's keys and arguments
 *
 * Each may stand several times. All are local variables by these names; no position is written down anywhere. Fields of a
 * hash are read by name too: after `local c = read(key, 'state', 'v')` there is `c.state`, nil where the hash has none.
 *
 * The body of a script for several things is written for one of them. It is run for one after the other, and the reply is the
 * list of what it returned. What fails in one of them ends the whole script, and what it has done for those before stays.
 */
export interface LuaFile {
  readonly url: URL
  readonly keys: readonly string[]
  readonly args: readonly string[]
  readonly eachKeys: readonly string[]
  readonly eachArgs: readonly string[]
  readonly afterAll: readonly string[]
  readonly includes: readonly URL[]
  readonly uses: readonly string[]
  /** Everything after the header: neither directives nor comments at the top. */
  readonly body: string
}

export interface LuaScript extends Pick<LuaFile, 'keys' | 'args' | 'eachKeys' | 'eachArgs'> {
  /** With what it includes, ready to be sent. Its first line is its name, for whoever reads what a server is doing. */
  readonly source: string
}

const directive = /^--- @(keys|args|each_keys|each_args|finally|include|uses) (.+)$/
const name = /^(?:\.\.\.)?[a-z][a-z0-9_]*$/

export function readLuaFile(url: URL): LuaFile {
  const lines = readFileSync(url, 'utf8').split('\n')
  const firstOfBody = lines.findIndex((line) => !line.startsWith('--'))
  const said = lines.slice(0, firstOfBody).flatMap((line) => {
    const [, about, words] = directive.exec(line) ?? []
    return about === undefined || words === undefined ? [] : [{ about, words: words.split(/\s+/) }]
  })
  const all = (about: string) =>
    said.filter((each) => each.about === about).flatMap(({ words }) => words)
  return {
    url,
    keys: namesIn(url, all('keys')),
    args: namesIn(url, all('args')),
    eachKeys: namesIn(url, all('each_keys')),
    eachArgs: namesIn(url, all('each_args')),
    afterAll: namesIn(url, all('finally')),
    includes: all('include').map((word) => new URL(`${word.replaceAll('"', '')}.lua`, url)),
    uses: namesIn(url, all('uses')),
    body: lines.slice(firstOfBody).join('\n'),
  }
}

function namesIn(url: URL, words: readonly string[]): readonly string[] {
  const wrong = words.find((word) => !name.test(word))
  if (wrong !== undefined) throw new Error(`${url.href}: ${wrong} must be a name in snake_case`)
  const twice = words.find((word, index) => words.indexOf(word) !== index)
  if (twice !== undefined) throw new Error(`${url.href}: ${twice} is named twice`)
  const early = words.slice(0, -1).find(isRest)
  if (early !== undefined) throw new Error(`${url.href}: ${early} must be the last one`)
  return words
}

/** Reads a script and what it includes, each file once, whatever is used before what uses it. */
export function loadLuaScript(url: URL): LuaScript {
  const script = readLuaFile(url)
  const included = includedBy(script, [])
  const { keys, args, eachKeys, eachArgs } = script
  const given = new Set([...keys, ...args, ...eachKeys, ...eachArgs].map(withoutDots))
  for (const file of included) {
    const missing = file.uses.find((used) => !given.has(used))
    if (missing === undefined) continue
    throw new Error(`${url.href}: includes ${file.url.href}, which uses ${missing}: name it`)
  }
  const source = [
    `-- ${basename(url.pathname)}`,
    ...localsOf('KEYS', keys),
    ...localsOf('ARGV', args),
    ...eachLocals(script),
    ...included.map(({ body }) => body),
    ...bodyOf(script),
  ].map(writeOutReading)
  return { keys, args, eachKeys, eachArgs, source: source.join('\n') }
}

function isForEach({ eachKeys }: Pick<LuaFile, 'eachKeys'>): boolean {
  return eachKeys.length > 0
}

/** Before the functions that use them. */
function eachLocals(script: LuaFile): string[] {
  if (!isForEach(script)) return []
  return [`local ${[...script.eachKeys, ...script.eachArgs].join(', ')}`]
}

function bodyOf(script: LuaFile): string[] {
  if (!isForEach(script)) return [script.body]
  const { keys, args, eachKeys, eachArgs, afterAll } = script
  return [
    'local function do_one()',
    script.body,
    'end',
    'local replies = {}',
    `for i = 1, (#KEYS - ${keys.length}) / ${eachKeys.length} do`,
    `  ${eachKeys.join(', ')} = ${sliceOf('KEYS', keys, eachKeys)}`,
    ...(eachArgs.length === 0
      ? []
      : [`  ${eachArgs.join(', ')} = ${sliceOf('ARGV', args, eachArgs)}`]),
    '  replies[i] = do_one()',
    'end',
    ...afterAll.map((each) => `${each}()`),
    'return replies',
  ]
}

/** Those of the i-th. */
function sliceOf(
  list: 'KEYS' | 'ARGV',
  { length: before }: readonly string[],
  each: readonly string[],
) {
  const { length } = each
  return `unpack(${list}, ${before - length + 1} + i * ${length}, ${before} + i * ${length})`
}

function includedBy({ url, includes }: LuaFile, path: readonly string[]): LuaFile[] {
  if (path.includes(url.href)) {
    throw new Error(`These files include each other: ${[...path, url.href].join(', ')}`)
  }
  const files = includes.map(readLuaFile)
  const all = files.flatMap((file) => [...includedBy(file, [...path, url.href]), file])
  return all.filter((file, index) => index === all.findIndex((each) => isSame(each, file)))
}

function isSame(one: LuaFile, other: LuaFile): boolean {
  return one.url.href === other.url.href
}

/** `unpack` of the whole list costs nothing that could be measured beside positions. */
function localsOf(list: 'KEYS' | 'ARGV', names: readonly string[]): string[] {
  const single = names.filter((each) => !isRest(each))
  const rest = names.find(isRest)
  const lines = single.length === 0 ? [] : [`local ${single.join(', ')} = unpack(${list})`]
  if (rest === undefined) return lines
  const all = withoutDots(rest)
  const first = single.length
  return [
    ...lines,
    `local ${all} = {} for i = ${first + 1}, #${list} do ${all}[i - ${first}] = ${list}[i] end`,
  ]
}

const reading = /\blocal (\w+) = read\(([\w.]+), ([^()]+)\)/g

/** A function would have to fill a table field by field: that cost as much again as the command. Redis' nil is false in Lua. */
function writeOutReading(lua: string): string {
  return lua.replaceAll(reading, (_, ...[name = '', key = '', fields = '']: string[]) => {
    const values = fields
      .split(',')
      .map((field, at) => `[${field.trim()}] = ${name}[${at + 1}] or nil`)
    return `local ${name} = redis.call('HMGET', ${key}, ${fields}) ${name} = { ${values.join(', ')} }`
  })
}

/** True for the name of a list: as many as there are. */
function isRest(word: string): boolean {
  return word.startsWith('...')
}

export function withoutDots(word: string): string {
  return word.replace('...', '')
}
