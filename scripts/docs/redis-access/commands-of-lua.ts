// Which commands a script sends to which of its keys. Nothing is run: the text is followed, and whatever a name may stand for
// anywhere in the script, it is taken to stand for everywhere. That names a key too much rather than one too few.
import { withoutDots, type LuaScript } from '../../../src/shared/redis/lua-file.ts'
import { factsOf } from './command-facts.ts'

export interface LuaCommand {
  readonly command: string
  /** As the script's header names it. Undefined: the command has none. */
  readonly key: string | undefined
}

/** Throws where it cannot be told which key a command is about. */
export function commandsOfLua(script: LuaScript): LuaCommand[] {
  const lines = usedOf(statementsOf(script.source))
  const names: Names = { keys: keyNamesOf(script), origins: originsOf(lines) }
  return lines.flatMap(callsIn).flatMap(({ command, args }): LuaCommand[] => {
    if (factsOf(command).keyAt === undefined) return [{ command, key: undefined }]
    return placesOf(command, args).flatMap((place) => {
      const found = new Set(namesIn(place).flatMap((name) => keysOf(name, names)))
      if (found.size === 0) throw new Error(`${command} of ${place}: which key is that?`)
      return [...found].map((key) => ({ command: withSubcommand(command, args), key }))
    })
  })
}

function keyNamesOf({ keys, eachKeys }: LuaScript): Set<string> {
  return new Set([...keys, ...eachKeys].map(withoutDots))
}

function withSubcommand(command: string, [first = '']: readonly string[]): string {
  return factsOf(command).keyAt === 0 ? command : `${command} ${withoutQuotes(first)}`
}

function placesOf(command: string, args: readonly string[]): readonly string[] {
  const { keyAt } = factsOf(command)
  if (keyAt === undefined) return []
  return args.slice(keyAt, keyAt + (command === 'RENAME' ? 2 : 1))
}

/** Without comments, and what stands in brackets over several lines in one. */
function statementsOf(source: string): string[] {
  const lines: string[] = []
  let open = ''
  for (const line of source.split('\n')) {
    const text = line.replace(/--.*$/, '').trimEnd()
    open = open === '' ? text : `${open} ${text.trimStart()}`
    if (depthOf(open) > 0) continue
    lines.push(open)
    open = ''
  }
  return lines.filter((line) => !/unpack\((?:KEYS|ARGV)\)|#KEYS|#ARGV/.test(line))
}

function depthOf(text: string): number {
  const code = withoutTexts(text)
  return code.split(/[({]/).length - code.split(/[)}]/).length
}

/** Without the functions that an include brings and this script does not call. */
function usedOf(lines: readonly string[]): string[] {
  const bodies = new Map<string, string[]>([['', []]])
  let inside = ''
  for (const line of lines) {
    inside = functionAt(line)?.name ?? inside
    bodies.set(inside, [...(bodies.get(inside) ?? []), line])
    if (isEnd(line)) inside = ''
  }
  const used = new Set([''])
  for (const name of used) {
    const text = bodies.get(name)?.join('\n') ?? ''
    for (const other of bodies.keys()) if (new RegExp(`\\b${other}\\(`).test(text)) used.add(other)
  }
  return [...used].flatMap((name) => bodies.get(name) ?? [])
}

/** A function of the script, not one within another. */
function functionAt(line: string): { name: string; parameters: string[] } | undefined {
  const [, name, list] = /^local function (\w+)\(([^)]*)\)/.exec(line) ?? []
  return name === undefined ? undefined : { name, parameters: list?.split(/, */) ?? [] }
}

function isEnd(line: string): boolean {
  return /^end\b/.test(line) || /^local function .*\bend$/.test(line)
}

function callsIn(line: string): { command: string; args: string[] }[] {
  return [...line.matchAll(/redis\.p?call\(/g)].map(({ 0: call, index }) => {
    const [name = '', ...args] = argumentsAt(line, index + call.length)
    return { command: withoutQuotes(name), args }
  })
}

/** The arguments of a call, from behind its bracket on. */
function argumentsAt(line: string, start: number): string[] {
  const args: string[] = []
  let depth = 0
  let from = start
  for (let at = start; at < line.length; at += 1) {
    const character = line.charAt(at)
    if ('({['.includes(character)) depth += 1
    if (depth === 0 && ',)'.includes(character)) {
      args.push(line.slice(from, at).trim())
      if (character === ')') return args
      from = at + 1
    }
    if (')}]'.includes(character)) depth -= 1
  }
  return args
}

interface Names {
  readonly keys: ReadonlySet<string>
  readonly origins: Origins
}

/** What each name may have been given: by assignment, in a table, as an argument, in a loop, as a function's result. */
type Origins = ReadonlyMap<string, ReadonlySet<string>>

function originsOf(lines: readonly string[]): Origins {
  const origins = new Map<string, Set<string>>()
  for (const [name, text] of [
    ...assignmentsIn(lines),
    ...resultsIn(lines),
    ...argumentsIn(lines),
  ]) {
    origins.set(name, new Set([...(origins.get(name) ?? []), ...namesIn(text)]))
  }
  return origins
}

type Given = readonly [name: string, text: string]

function assignmentsIn(lines: readonly string[]): Given[] {
  return lines.flatMap((line) => {
    const [, names = '', value = ''] = /^\s*(?:local )?([\w., ]+?) = (.+)$/.exec(line) ?? []
    const [, each = '', list = ''] = /^\s*for \w+, (\w+) in ipairs\((.+?)\) do/.exec(line) ?? []
    const fields = [...line.matchAll(/(\w+) = ([^,{}]+)/g)].map(
      ([, field = '', content = '']): Given => [field, content],
    )
    return [...names.split(/, */).map((name): Given => [name, value]), [each, list], ...fields]
  })
}

function resultsIn(lines: readonly string[]): Given[] {
  let inside = ''
  return lines.map((line) => {
    inside = functionAt(line)?.name ?? inside
    const [, result = ''] = /\breturn (.+)$/.exec(line) ?? []
    const given: Given = [inside, result.replace(/ end\b.*/, '')]
    if (isEnd(line)) inside = ''
    return given
  })
}

function argumentsIn(lines: readonly string[]): Given[] {
  const functions = lines.map(functionAt).filter((each) => each !== undefined)
  return functions.flatMap(({ name, parameters }) => {
    const call = new RegExp(String.raw`(?<!function )\b${name}\(`, 'g')
    return lines.flatMap((line) =>
      [...line.matchAll(call)].flatMap(({ 0: found, index }) => {
        const given = argumentsAt(line, index + found.length)
        return parameters.map((parameter, at): Given => [parameter, given[at] ?? ''])
      }),
    )
  })
}

/** Variables and fields; neither what a command answers nor text. */
function namesIn(text: string): string[] {
  const code = withoutTexts(text.replace(/redis\.p?call\(.*/, ''))
  return [...code.matchAll(/(?:\w+\.)*([a-z_]\w*)/g)].map(([, name = '']) => name)
}

function withoutQuotes(text: string): string {
  return text.replaceAll("'", '')
}

function withoutTexts(text: string): string {
  return text.replace(/'[^']*'/g, '')
}

function keysOf(name: string, names: Names, seen = new Set<string>()): string[] {
  if (names.keys.has(name)) return [name]
  if (seen.has(name)) return []
  seen.add(name)
  return [...(names.origins.get(name) ?? [])].flatMap((each) => keysOf(each, names, seen))
}
