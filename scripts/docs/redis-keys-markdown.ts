import { keyTable } from '../../src/shared/redis/key-table.ts'
import { markdownTable } from './markdown-table.ts'

/** `docs/redis-keys.md`. */
export function redisKeysMarkdown(): string {
  const rows = keyTable.map(({ key, type, audience, content }) => [
    `\`${key}\``,
    type,
    audience,
    content,
  ])
  return `<!-- Generated from src/shared/redis/keys.ts by \`npm run docs:generate\`. -->

# Keys in Redis

\`ringback\` is the namespace (\`RINGBACK_NAMESPACE\`) and \`d\` the destination, \`default\` unless \`RINGBACK_CONFIG\` names
others. The braces belong to the key: they are Redis Cluster's hash tag, and keep all keys of a destination in one slot.
Keys without them are the namespace's, and are touched by commands of one key only.

Public keys may be used by programs in any language, as [wire-protocol.md](wire-protocol.md) describes. Internal ones
are BullMQ's or ours, and may change with any version. [redis-access.md](redis-access.md) says who touches which.

${markdownTable(['Key', 'Type', 'For', 'What it holds'], rows)}
`
}
