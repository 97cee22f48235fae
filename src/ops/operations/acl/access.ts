/** What a role may come to send. Commands and keys are named as in docs/redis-access.md. */
export interface RoleAccess {
  readonly keys: Readonly<Record<string, KeyAccess>>
  readonly keyless: readonly string[]
  /** Keys that its scripts are given: to a rule of Redis, a script reads and writes each. */
  readonly scriptKeys: readonly string[]
  readonly usesQueue: boolean
  /** By which it calls the functions of our library (FCALL). */
  readonly functionKey?: string
}

export interface KeyAccess {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** The same without some keys. */
export function withoutKeys(access: RoleAccess, names: readonly string[]): RoleAccess {
  const isKept = (key: string) => !names.includes(key)
  return {
    ...access,
    keys: Object.fromEntries(Object.entries(access.keys).filter(([key]) => isKept(key))),
    scriptKeys: access.scriptKeys.filter(isKept),
  }
}

/** The same with further commands without a key. */
export function withKeyless(access: RoleAccess, commands: readonly string[]): RoleAccess {
  return { ...access, keyless: union(access.keyless, commands) }
}

/** The same without some of these. */
export function withoutKeyless(access: RoleAccess, commands: readonly string[]): RoleAccess {
  return { ...access, keyless: access.keyless.filter((each) => !commands.includes(each)) }
}

/** What either of two may send. */
export function eitherAccess(one: RoleAccess, other: RoleAccess): RoleAccess {
  const names = new Set([...Object.keys(one.keys), ...Object.keys(other.keys)])
  const keys = [...names].map((key) => [key, eitherKey(one.keys[key], other.keys[key])] as const)
  return {
    keys: Object.fromEntries(keys),
    keyless: union(one.keyless, other.keyless),
    scriptKeys: union(one.scriptKeys, other.scriptKeys),
    usesQueue: one.usesQueue || other.usesQueue,
  }
}

function eitherKey(one: KeyAccess = noAccess, other: KeyAccess = noAccess): KeyAccess {
  return { reads: union(one.reads, other.reads), writes: union(one.writes, other.writes) }
}

const noAccess: KeyAccess = { reads: [], writes: [] }

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].toSorted()
}
