import type { Redis } from '../../redis/connection.ts'
import { primariesOf } from '../../redis/primaries.ts'

/**
 * Makes a user of Redis, or another one of one who was there, on every primary. It lasts until Redis ends, unless somebody saves it;
 * replicas are told nothing of it.
 */
export async function setUser(redis: Redis, name: string, rules: readonly string[]): Promise<void> {
  for (const primary of await primariesOf(redis)) {
    // eslint-disable-next-line ringback/side-effects-are-steps -- not on the way of a callback
    await primary.acl('SETUSER', name, ...rules)
  }
}

/** Whether there is `WAITAOF`: Redis 7.2, and every Valkey, which says so of itself. */
export function knowsFsyncWaits(info: ReadonlyMap<string, string>): boolean {
  const [major = 0, minor = 0] = (info.get('redis_version') ?? '').split('.').map(Number)
  return major > 7 || (major === 7 && minor >= 2)
}

/** Whether rights in brackets and `%R~` are known there: Redis 7, and every Valkey. */
export function knowsSelectors(info: ReadonlyMap<string, string>): boolean {
  return Number(info.get('redis_version')?.split('.')[0] ?? 0) >= 7
}
