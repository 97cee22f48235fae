import ts from 'typescript'

import { commandsOf, type SentCommand } from './commands-of.ts'
import { nodesIn, pathOf, reachableFrom, readSource, type Source } from './source.ts'

export interface RoleAccess {
  readonly title: string
  readonly commands: readonly SentCommand[]
  /** Whether it uses BullMQ, which has commands of its own. */
  readonly hasQueue: boolean
}

interface Role {
  title: string
  isRoot: (path: string, statement: ts.Node) => boolean
}

const roles: readonly Role[] = [
  {
    title: 'A producer in any language',
    isRoot: (path, statement) =>
      path === 'shared/store/inbox/submit.ts' &&
      ts.isFunctionDeclaration(statement) &&
      statement.name?.text === 'submitRaw',
  },
  { title: 'The producer library', isRoot: (path) => path.startsWith('producer/') },
  { title: 'A worker', isRoot: (path) => path === 'compose/run-worker.ts' },
  { title: 'The commands of an operator', isRoot: (path) => path.startsWith('ops/') },
]

const store = 'shared/store/'

/** Found out by following, from where a role begins, everything that is named. */
export function accessOfRoles(): RoleAccess[] {
  const source = readSource()
  const known = new Map<ts.Node, SentCommand[]>()
  const commandsIn = (statement: ts.Node) => {
    const commands = known.get(statement) ?? commandsOf(source, statement)
    known.set(statement, commands)
    return commands
  }
  return roles.map(({ title, isRoot }) => {
    const roots = source.files.flatMap((file) =>
      file.statements.filter((statement) => isRoot(pathOf(file), statement)),
    )
    if (roots.length === 0) throw new Error(`${title} begins nowhere`)
    const reached = [...reachableFrom(source.checker, roots)]
    return {
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
