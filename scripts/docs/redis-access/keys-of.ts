import ts from 'typescript'

import { keysMadeBy } from './key-names.ts'
import { commandIn, declarationsOf, nodesIn, pathOf, type Source } from './source.ts'

const keyModule = 'shared/redis/keys.ts'

type Node = ts.Node | undefined

/** The keys that an expression may stand for: it is followed back to the functions of keys.ts that have made them. */
export function keysOf(source: Source, expression: Node): ReadonlySet<string> {
  const keys = new Set<string>()
  const seen = new Set<ts.Node>()
  const waiting: Node[] = [expression]
  while (waiting.length > 0) {
    const node = waiting.pop()
    if (node === undefined || seen.has(node) || ts.isTypeNode(node)) continue
    seen.add(node)
    const made = madeBy(source, node)
    for (const key of made) keys.add(key)
    // What it is made of says nothing more.
    if (made.length === 0) waiting.push(...behind(source, node))
  }
  return keys
}

/** A call of a function of keys.ts, or the function itself. */
function madeBy({ checker }: Source, node: ts.Node): readonly string[] {
  const name = ts.isCallExpression(node) ? node.expression : node
  if (!ts.isIdentifier(name)) return []
  return declarationsOf(checker, name)
    .filter((each) => pathOf(each) === keyModule)
    .flatMap((each) => (ts.isFunctionDeclaration(each) ? keysMadeBy(each.name?.text ?? '') : []))
}

/** What a node may stand for, one step further back. */
function behind(source: Source, node: ts.Node): readonly Node[] {
  if (ts.isParameter(node)) return argumentsFor(source, node)
  if (ts.isFunctionLike(node)) return resultsOf(node)
  if (ts.isVariableDeclaration(node)) return [node.initializer ?? loopOf(node)]
  if (ts.isBindingElement(node)) return behindBinding(source, node)
  if (ts.isIdentifier(node)) return declarationsOf(source.checker, node)
  if (ts.isShorthandPropertyAssignment(node)) return [node.name]
  if (ts.isPropertyAssignment(node)) return [node.initializer]
  if (ts.isCallExpression(node)) return behindCall(source, node)
  if (ts.isPropertyAccessExpression(node)) {
    const values = fieldOf(source, node.expression, node.name.text)
    return values.length > 0 ? values : [node.expression]
  }
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => void children.push(child))
  return children
}

function behindCall({ checker }: Source, call: ts.CallExpression): readonly Node[] {
  const { expression, arguments: args } = call
  const command = commandIn(checker, call)
  // Of all replies only those of SCAN name keys.
  if (command !== undefined) return command === 'SCAN' ? args : []
  const isMapped =
    ts.isPropertyAccessExpression(expression) && /^(?:map|flatMap)$/.test(expression.name.text)
  return isMapped ? args : [expression, ...args]
}

function behindBinding(source: Source, node: ts.BindingElement): readonly Node[] {
  const holder = node.parent.parent
  const whole = ts.isParameter(holder) ? argumentsFor(source, holder) : [holder]
  if (ts.isArrayBindingPattern(node.parent)) return whole
  const name = (node.propertyName ?? node.name).getText()
  return [...whole.flatMap((each) => fieldOf(source, each, name)), node.initializer]
}

/** Of `const each of list`. */
function loopOf(node: ts.VariableDeclaration): Node {
  const loop = node.parent.parent
  return ts.isForOfStatement(loop) ? loop.expression : undefined
}

/** What a function returns or yields. */
function resultsOf(node: ts.SignatureDeclaration): Node[] {
  const body = 'body' in node ? node.body : undefined
  if (body === undefined || !ts.isBlock(body)) return [body]
  return nodesIn(body).flatMap((each) =>
    ts.isReturnStatement(each) || ts.isYieldExpression(each) ? [each.expression] : [],
  )
}

/** What a parameter is given, by all who call its function. */
function argumentsFor({ callsOf }: Source, parameter: ts.ParameterDeclaration): Node[] {
  const owner = parameter.parent
  const at = owner.parameters.indexOf(parameter)
  const { parent } = owner
  // `list.map((each) => …)` and the like.
  if (ts.isCallExpression(parent)) {
    return ts.isPropertyAccessExpression(parent.expression) ? [parent.expression.expression] : []
  }
  // A function among the keys of a script is given what the script is called with.
  if (ts.isPropertyAssignment(parent)) {
    const script = ts.findAncestor(parent, ts.isVariableDeclaration)
    const calls = script === undefined ? [] : (callsOf.get(script) ?? [])
    return calls.map((call) => call.arguments[at])
  }
  const calls = callsOf.get(ts.isVariableDeclaration(parent) ? parent : owner) ?? []
  return calls.map((call) => call.arguments[at])
}

/** What a field of an object may hold, as far as it is written somewhere. */
function fieldOf(source: Source, object: Node, name: string): Node[] {
  const passed = new Set<ts.Node>()
  return of(object)

  function of(node: Node): Node[] {
    if (node === undefined || passed.has(node)) return []
    passed.add(node)
    if (ts.isObjectLiteralExpression(node)) return node.properties.flatMap(ofProperty)
    if (ts.isIdentifier(node)) return declarationsOf(source.checker, node).flatMap(of)
    if (ts.isVariableDeclaration(node)) return of(node.initializer)
    if (ts.isParameter(node)) return argumentsFor(source, node).flatMap(of)
    if (ts.isBindingElement(node)) return behindBinding(source, node).flatMap(of)
    if (ts.isPropertyAssignment(node)) return of(node.initializer)
    return ts.isShorthandPropertyAssignment(node) ? of(node.name) : []
  }

  function ofProperty(property: ts.ObjectLiteralElementLike): Node[] {
    if (ts.isSpreadAssignment(property)) return of(property.expression)
    return property.name.getText() === name ? [property] : []
  }
}
