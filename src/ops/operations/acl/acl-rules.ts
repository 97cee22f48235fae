import { escapeGlob } from '../../../shared/redis/keys.ts'
import { partitionNames } from '../../../shared/contract/partition.ts'
import type { RoleAccess } from './access.ts'
import { functionNames } from '../../../shared/store/functions/library-source.ts'
import { queueCommands, queueKeys } from './queue-commands.ts'

export interface AclPlace {
  namespace: string
  /** Undefined: every destination of the namespace. */
  destination: string | undefined
  /** How many it has. */
  partitions: number
}

/** Commands, and the patterns of keys on which they are allowed. */
interface Grant {
  commands: readonly string[]
  patterns: readonly string[]
  /** As Redis writes it before a pattern. */
  right: '%R~' | '%W~' | '~'
}

/**
 * The words of ACL SETUSER that allow what a role sends, and nothing else. Redis 6.2 knows no rights in brackets: there each
 * command is allowed on each of the keys, which is more.
 */
export function aclRules(
  access: RoleAccess,
  place: AclPlace,
  { selectors }: { selectors: boolean },
): string[] {
  const grants = grantsOf(access, place)
  const keyless = access.keyless.map(ruleOf)
  const [first, ...others] = grants
  if (first !== undefined && others.length === 0 && (selectors || first.right === '~'))
    return [...keyless, ...wordsOf(first)]
  if (selectors) return [...keyless, ...grants.map((grant) => `(${wordsOf(grant).join(' ')})`)]
  const commands = grants.flatMap((grant) => grant.commands.map(ruleOf))
  const patterns = grants.flatMap((grant) => grant.patterns.map((pattern) => `~${pattern}`))
  return [...new Set([...keyless, ...commands, ...patterns])]
}

function wordsOf({ commands, patterns, right }: Grant): string[] {
  return [...commands.map(ruleOf), ...patterns.map((pattern) => `${right}${pattern}`)]
}

/** `XGROUP CREATE` is allowed as `+xgroup|create`. */
function ruleOf(command: string): string {
  return `+${command.toLowerCase().replace(' ', '|')}`
}

function grantsOf(access: RoleAccess, place: AclPlace): Grant[] {
  const entries = Object.entries(access.keys)
  const names = namesIn(place)
  // A key of the namespace is the same for all of them.
  const patternsOf = (keys: readonly string[]) => [
    ...new Set(keys.flatMap((key) => names.map((name) => patternOf(key, place, name)))),
  ]
  const ofKeys = entries.map(([key, { reads, writes }]): Grant => {
    const isQueue = access.usesQueue && key === queueKeys
    const commands = [...reads, ...writes, ...(isQueue ? queueCommands : [])]
    const apart = commands.filter((command) => isQueue || !takesSeveralKeys(command))
    return {
      commands: [...new Set(apart)].toSorted(),
      patterns: patternsOf([key]),
      right: isQueue ? '~' : rightOf(reads, writes),
    }
  })
  return [
    ...functionGrant(access, patternsOf),
    ...scriptGrant(patternsOf(scriptKeysOf(access))),
    ...withSameRights(ofKeys.filter(({ commands }) => commands.length > 0)),
    ...renameGrant(patternsOf(entries.filter(([, each]) => renames(each)).map(([key]) => key))),
  ]
}

/**
 * A function is called by a key, which Redis wants to be read and written for that. What it does there is judged by the others:
 * it lends no right.
 */
function functionGrant(
  { functionKey }: RoleAccess,
  patternsOf: (keys: readonly string[]) => string[],
): Grant[] {
  if (functionKey === undefined) return []
  const commands = functionNames.map((name) => `FCALL ${name}`)
  return [{ commands, patterns: patternsOf([functionKey]), right: '~' }]
}

/** All keys of a script have to be in the same brackets; what it does to them is judged by the others. */
function scriptGrant(patterns: readonly string[]): Grant[] {
  return patterns.length === 0 ? [] : [{ commands: ['EVAL', 'EVALSHA'], patterns, right: '~' }]
}

function scriptKeysOf({ scriptKeys, keys }: RoleAccess): string[] {
  const named = Object.keys(keys).filter((key) => keys[key]?.writes.includes('EVALSHA'))
  return [...new Set([...scriptKeys, ...named])]
}

function renameGrant(patterns: readonly string[]): Grant[] {
  return patterns.length === 0 ? [] : [{ commands: ['RENAME'], patterns, right: '~' }]
}

function renames({ writes }: RoleAccess['keys'][string]): boolean {
  return writes.includes('RENAME')
}

function takesSeveralKeys(command: string): boolean {
  return ['EVAL', 'EVALSHA', 'RENAME'].includes(command)
}

/** Writing commands that also answer with what was there, so that Redis wants both rights. */
const readingWriters = new Set(['HINCRBY', 'LPOP', 'XREADGROUP'])

function rightOf(reads: readonly string[], writes: readonly string[]): Grant['right'] {
  if (writes.length === 0) return '%R~'
  const isReading = reads.length > 0 || writes.some((command) => readingWriters.has(command))
  return isReading ? '~' : '%W~'
}

function withSameRights(grants: readonly Grant[]): Grant[] {
  const merged = new Map<string, Grant>()
  for (const grant of grants) {
    const same = `${grant.right} ${grant.commands.join(' ')}`
    const before = merged.get(same)?.patterns ?? []
    merged.set(same, { ...grant, patterns: [...before, ...grant.patterns] })
  }
  return [...merged.values()]
}

function namesIn({ destination, partitions }: AclPlace): string[] {
  return destination === undefined ? ['*'] : partitionNames(destination, partitions).map(escapeGlob)
}

/** Of `{ringback:d}:callback:<id>`, say: a name that came from outside means itself, and nothing in it is a pattern. */
function patternOf(key: string, { namespace }: AclPlace, name: string): string {
  const prefix = escapeGlob(namespace)
  return key
    .replace('{ringback:d}', `{${prefix}:${name}}`)
    .replace(/^ringback:/, `${prefix}:`)
    .replace(/<[^<>]{1,32}>/g, '*')
}
