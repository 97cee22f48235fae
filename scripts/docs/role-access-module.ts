import { keyTable } from '../../src/shared/redis/key-table.ts'
import { accessOfRoles, type AccessOfRole } from './redis-access/access-of-roles.ts'
import type { SentCommand } from './redis-access/commands-of.ts'

/** `src/ops/operations/acl/role-access.ts`: what docs/redis-access.md says, for the command that makes users of it. */
export function roleAccessModule(): string {
  const roles = Object.fromEntries(accessOfRoles().map((role) => [role.name, accessOf(role)]))
  return `// Generated from src by \`npm run docs:generate\`: docs/redis-access.md is the same list, for people.
import type { RoleAccess } from './access.ts'

export const roleAccess = ${JSON.stringify(roles)} as const satisfies Record<string, RoleAccess>
`
}

function accessOf({ commands, hasQueue }: AccessOfRole) {
  const keys = keyTable.map(({ key }) => key)
  const of = (key: string) => commands.filter((each) => each.key === key)
  const entries = keys.flatMap((key) => {
    const sent = of(key)
    const reads = namesOf(sent.filter(({ access }) => access === 'reads'))
    const writes = namesOf(sent.filter(({ access }) => access === 'writes'))
    return sent.length === 0 ? [] : [[key, { reads, writes }] as const]
  })
  return {
    keys: Object.fromEntries(entries),
    keyless: namesOf(commands.filter(({ key }) => key === undefined)),
    scriptKeys: keys.filter((key) => of(key).some(({ script }) => script !== undefined)),
    usesQueue: hasQueue,
  }
}

function namesOf(commands: readonly SentCommand[]): string[] {
  return [...new Set(commands.map(({ command }) => command))].toSorted()
}
