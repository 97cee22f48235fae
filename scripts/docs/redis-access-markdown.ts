import { markdownTable } from './markdown-table.ts'
import { accessOfRoles, type AccessOfRole } from './redis-access/access-of-roles.ts'
import type { SentCommand } from './redis-access/commands-of.ts'
import { everyKey, queueKeys } from './redis-access/key-names.ts'
import { keyTable } from '../../src/shared/redis/key-table.ts'

/** `docs/redis-access.md`. */
export function redisAccessMarkdown(): string {
  return `<!-- Generated from src by \`npm run docs:generate\`. -->

# Who touches which key in Redis

Every command is issued in \`src/shared/store\`, or in a script there. For each role this page lists what it may come to send: it
is found by following the code from where the role begins, so it names a key too much rather than one too few. Keys are named
as in [redis-keys.md](redis-keys.md).

A script is one command to Redis' access control (EVALSHA, and EVAL where the server does not know it yet): its keys count as read
and written, whatever it does to them, and the commands within it are judged as well. BullMQ's keys are BullMQ's: which commands
it sends to them is its own affair.

\`ringback acl\` makes of this list the rule of a user for Redis: [who may do what](wire-protocol.md#who-may-do-what). A producer who
is not trusted with the inbox may RPUSH to \`{ringback:d}:door\` instead.

${accessOfRoles().map(sectionOf).join('\n')}`
}

function sectionOf({ title, commands, hasQueue }: AccessOfRole): string {
  const keys = [...keyTable.map(({ key }) => key), everyKey]
  const rows = keys.flatMap((key) => {
    const sent = commands.filter((each) => each.key === key)
    const reads = namesOf(sent.filter(({ access }) => access === 'reads'))
    const writes = namesOf(sent.filter(({ access }) => access === 'writes'))
    if (key === queueKeys && hasQueue) {
      return [[named(key), ["BullMQ's", reads].filter(Boolean).join(', '), "BullMQ's"]]
    }
    return sent.length === 0 ? [] : [[named(key), reads, writes]]
  })
  const keyless = namesOf(commands.filter(({ key }) => key === undefined))
  const scripts = listOf(commands.flatMap(({ script = [] }) => script))
  return [
    `## ${title}`,
    markdownTable(['Key', 'Reads', 'Writes'], rows),
    ...(keyless === '' ? [] : [`Without a key: ${keyless}.`]),
    ...(scripts === '' ? [] : [`Scripts: ${scripts}.`]),
    '',
  ].join('\n\n')
}

function named(key: string): string {
  return key === everyKey ? key : `\`${key}\``
}

function namesOf(commands: readonly SentCommand[]): string {
  return listOf(commands.map(({ command }) => command))
}

function listOf(names: readonly string[]): string {
  return [...new Set(names)].toSorted().join(', ')
}
