import { pathToFileURL } from 'node:url'

import ts from 'typescript'

import { loadLuaScript } from '../../../src/shared/redis/lua-file.ts'
import { factsOf, takesMany, type CommandFacts } from './command-facts.ts'
import { commandsOfLua } from './commands-of-lua.ts'
import { keysOf } from './keys-of.ts'
import { commandIn, isRaw, nodesIn, pathOf, type Source } from './source.ts'

export interface SentCommand {
  /** As in `XGROUP CREATE`. */
  readonly command: string
  readonly access: CommandFacts['access']
  /** As docs/redis-keys.md names it. Undefined: the command has none. */
  readonly key: string | undefined
  /** Of which it is a part. */
  readonly script: string | undefined
}

/** What a statement sends to Redis. Throws where it cannot be told which key a command is about. */
export function commandsOf(source: Source, statement: ts.Node): SentCommand[] {
  const calls = nodesIn(statement).filter(ts.isCallExpression)
  return calls.flatMap((call) => {
    if (isScript(call)) return ofScript(source, call)
    const command = commandIn(source.checker, call)
    return command === undefined ? [] : ofCall(source, call, command)
  })
}

function isScript({ expression }: ts.CallExpression): boolean {
  return ts.isIdentifier(expression) && /^define(?:Paged)?(?:Reading)?Script$/.test(expression.text)
}

function ofCall(source: Source, call: ts.CallExpression, name: string): SentCommand[] {
  const { access, keyAt } = factsOf(name)
  const args = call.arguments.flatMap(inline).slice(isRaw(call) ? 1 : 0)
  const [word] = args
  const isSubcommand = keyAt !== 0 && isWord(word)
  const command = isSubcommand ? `${name} ${word.text}` : name
  if (keyAt === undefined) return [{ command, access, key: undefined, script: undefined }]
  const keys = new Set(
    placesOf(name, args.slice(keyAt)).flatMap((each) => [...keysOf(source, each)]),
  )
  if (keys.size === 0) throw new Error(`${pathOf(call)}: which key is that? ${call.getText()}`)
  return [...keys].map((key) => ({ command, access, key, script: undefined }))
}

/** Not the `1` of `WAITAOF 1 0 500`. */
function isWord(argument: ts.Expression | undefined): argument is ts.StringLiteral {
  return argument !== undefined && ts.isStringLiteral(argument) && /^[A-Z]+$/.test(argument.text)
}

/** `...['GROUP', group]` is as if its elements stood there. */
function inline(argument: ts.Expression): readonly ts.Expression[] {
  const isList = ts.isSpreadElement(argument) && ts.isArrayLiteralExpression(argument.expression)
  return isList ? argument.expression.elements : [argument]
}

/** The arguments that are keys. */
function placesOf(name: string, args: readonly ts.Expression[]): readonly ts.Expression[] {
  // The script, and how many keys follow.
  if (name === 'EVAL' || name === 'EVALSHA') return args.slice(2)
  const isStreams = (each: ts.Expression) => ts.isStringLiteral(each) && each.text === 'STREAMS'
  const streams = args.slice(args.findIndex(isStreams) + 1)
  // As many keys as ids.
  if (args.some(isStreams)) return streams.slice(0, streams.length / 2)
  return takesMany.has(name) ? args : args.slice(0, 1)
}

/** What a script does to what its wrapper gives it. */
function ofScript(source: Source, call: ts.CallExpression): SentCommand[] {
  const [definition] = call.arguments
  // `defineScript` itself hands on what it was given.
  if (definition === undefined || !ts.isObjectLiteralExpression(definition)) return []
  const script = textOf(valueOf(definition, 'name'))
  const each = valueOf(definition, 'each')
  const keys = [valueOf(definition, 'keys'), each && valueOf(each, 'keys')]
  const file = new URL(`${script}.lua`, pathToFileURL(call.getSourceFile().fileName))
  return commandsOfLua(loadLuaScript(file)).flatMap(({ command, key: name }): SentCommand[] => {
    const { access } = factsOf(command.replace(/ .*/, ''))
    if (name === undefined) return [{ command, access, key: undefined, script }]
    const camelCase = name.replace(/_[a-z]/g, (found) => found.charAt(1).toUpperCase())
    const found = keysOf(source, propertyOfAny(keys, camelCase))
    if (found.size === 0) throw new Error(`${pathOf(call)}: ${camelCase}: which key is that?`)
    return [...found].map((key) => ({ command, access, key, script }))
  })
}

function propertyOfAny(nodes: readonly (ts.Node | undefined)[], name: string) {
  return nodes.map((node) => propertyOf(node, name)).find((each) => each !== undefined)
}

function propertyOf(node: ts.Node | undefined, name: string) {
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return undefined
  return node.properties.find((each) => each.name?.getText() === name)
}

function valueOf(node: ts.Node, name: string): ts.Node | undefined {
  const property = propertyOf(node, name)
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined
}

function textOf(node: ts.Node | undefined): string {
  return node && ts.isStringLiteral(node) ? node.text : ''
}
