import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import ts from 'typescript'

/** npm runs this in the repository. */
const root = `${resolve('src')}/`

/** What the compiler knows of src, and who calls which function. */
export interface Source {
  readonly checker: ts.TypeChecker
  readonly files: readonly ts.SourceFile[]
  readonly callsOf: ReadonlyMap<ts.Node, readonly ts.CallExpression[]>
}

export function readSource(): Source {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    config: unknown
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, resolve())
  const paths = names.filter((name) => name.endsWith('.ts')).map((name) => join(root, name))
  const program = ts.createProgram(paths, options)
  const checker = program.getTypeChecker()
  const files = program.getSourceFiles().filter(isOurs)
  return { checker, files, callsOf: callsIn(checker, files) }
}

function callsIn(checker: ts.TypeChecker, files: readonly ts.SourceFile[]): Source['callsOf'] {
  const calls = new Map<ts.Node, ts.CallExpression[]>()
  for (const call of files.flatMap(nodesIn).filter(ts.isCallExpression)) {
    for (const declaration of declarationsOf(checker, call.expression)) {
      calls.set(declaration, [...(calls.get(declaration) ?? []), call])
    }
  }
  return calls
}

function isOurs({ fileName }: ts.SourceFile): boolean {
  return fileName.startsWith(root)
}

/** As in `shared/store/inbox/inbox.ts`. */
export function pathOf(node: ts.Node): string {
  return node.getSourceFile().fileName.slice(root.length)
}

/** All nodes within one, but those that are types. */
export function nodesIn(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = []
  const visit = (each: ts.Node) => {
    const isType =
      ts.isTypeNode(each) || ts.isTypeAliasDeclaration(each) || ts.isInterfaceDeclaration(each)
    if (isType) return
    found.push(each)
    ts.forEachChild(each, visit)
  }
  visit(node)
  return found
}

/** Where in src a name was declared, through whatever imports. */
export function declarationsOf(checker: ts.TypeChecker, node: ts.Node): ts.Declaration[] {
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node)
  if (symbol === undefined) return []
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0
  const { declarations = [] } = isAlias ? checker.getAliasedSymbol(symbol) : symbol
  return declarations.filter((each) => isOurs(each.getSourceFile()))
}

const connectionCalls = /^(?:connect|disconnect|duplicate|off|on|once|quit)$/

/** The command that a call sends, where it is one of ioredis'. */
export function commandIn(checker: ts.TypeChecker, call: ts.CallExpression): string | undefined {
  const { expression, arguments: args } = call
  if (!ts.isPropertyAccessExpression(expression)) return undefined
  const method = expression.name.text
  if (connectionCalls.test(method)) return undefined
  if (!isRedis(checker.getTypeAtLocation(expression.expression))) return undefined
  const [first] = args
  if (!isRaw(call)) return method.replace(/Buffer$|Stream$/, '').toUpperCase()
  return first !== undefined && ts.isStringLiteral(first) ? first.text : undefined
}

function isRedis(type: ts.Type): boolean {
  const { name = '', declarations = [] } = type.getSymbol() ?? {}
  if (name !== 'Redis' && name !== 'ChainableCommander') return false
  return declarations.some((each) =>
    each.getSourceFile().fileName.includes('/node_modules/ioredis/'),
  )
}

/** `redis.call('XCLAIM', …)`. */
export function isRaw({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && /^call(?:Buffer)?$/.test(expression.name.text)
}

/** The statement of its file in which a node stands. */
function statementOf(node: ts.Node): ts.Node {
  return ts.isSourceFile(node.parent) ? node : statementOf(node.parent)
}

/** Everything that these statements may come to, statement by statement, through whatever they name, but for some files. */
export function reachableFrom(
  checker: ts.TypeChecker,
  statements: readonly ts.Node[],
  isBarred: (path: string) => boolean,
) {
  const reached = new Set(statements)
  for (const statement of reached) {
    if (ts.isImportDeclaration(statement)) continue
    for (const name of nodesIn(statement).filter(ts.isIdentifier)) {
      const declared = declarationsOf(checker, name).filter(
        (each) => !ts.isSourceFile(each) && !isBarred(pathOf(each)),
      )
      for (const declaration of declared) reached.add(statementOf(declaration))
    }
  }
  return reached
}
