import ts from 'typescript'

import { commandsOf, type SentCommand } from './commands-of.ts'
import { nodesIn, pathOf, reachableFrom, readSource, type Source } from './source.ts'

export interface AccessOfRole {
  /** As `ringback acl` calls it. */
  readonly name: string
  readonly title: string
  readonly commands: readonly SentCommand[]
  /** Whether it uses BullMQ, which has commands of its own. */
  readonly hasQueue: boolean
}

interface Role {
  name: string
  title: string
  isRoot: (path: string, statement: ts.Node) => boolean
  /** What of it is not meant by the role. */
  isLeftOut?: (path: string) => boolean
}

const roles: readonly Role[] = [
  {
    name: 'producer',
    title: 'A producer in any language',
    isRoot: (path, statement) =>
      path === 'shared/store/inbox/submit.ts' &&
      ts.isFunctionDeclaration(statement) &&
      statement.name?.text === 'submitRaw',
  },
  {
    name: 'library',
    title: 'The producer library',
    isRoot: (path) => path.startsWith('producer/'),
  },
  { name: 'worker', title: 'A worker', isRoot: (path) => path === 'compose/run-worker.ts' },
  {
    name: 'operator',
    title: 'The commands of an operator',
    isRoot: (path) => path.startsWith('ops/'),
  },
  {
    name: 'console',
    title: 'The console, for reading',
    isRoot: (path) => path === 'compose/run-console.ts',
    // Where people act by it, it is an operator.
    isLeftOut: (path) => path.startsWith('ops/console/actions/'),
  },
]

/** Who makes users may do everything, and is none of the roles. */
function isOfAdministrator(path: string): boolean {
  return path.startsWith('ops/operations/acl/') || path === 'ops/cli/commands/acl.ts'
}

let found: readonly AccessOfRole[] | undefined

const store = 'shared/store/'

/** Found out by following, from where a role begins, everything that is named. */
export function accessOfRoles(): readonly AccessOfRole[] {
  return (found ??= followRoles())
}

function followRoles(): AccessOfRole[] {
  const source = readSource()
  const known = new Map<ts.Node, SentCommand[]>()
  const commandsIn = (statement: ts.Node) => {
    const commands = known.get(statement) ?? commandsOf(source, statement)
    known.set(statement, commands)
    return commands
  }
  return roles.map(({ name, title, isRoot, isLeftOut = () => false }) => {
    const roots = source.files.flatMap((file) =>
      file.statements.filter(
        (statement) => isRoot(pathOf(file), statement) && !isOfAdministrator(pathOf(file)),
      ),
    )
    if (roots.length === 0) throw new Error(`${title} begins nowhere`)
    const isBarred = (path: string) => isOfAdministrator(path) || isLeftOut(path)
    const reached = [...reachableFrom(source.checker, roots, isBarred)]
    return {
      name,
      title,
      commands: reached.filter((each) => pathOf(each).startsWith(store)).flatMap(commandsIn),
      hasQueue: reached.some((statement) => opensQueue(source, statement)),
    }
  })
}

function opensQueue({ checker }: Source, statement: ts.Node): boolean {
  return nodesIn(statement)
    .filter(ts.isNewExpression)
    .some(({ expression }) => {
      const { declarations = [] } = checker.getTypeAtLocation(expression).getSymbol() ?? {}
      return declarations.some((each) =>
        each.getSourceFile().fileName.includes('/node_modules/bullmq/'),
      )
    })
}
