import type { Redis } from '../../redis/connection.ts'

/** A user of Redis who may log in. */
export interface RedisUser {
  name: string
  /** As ACL LIST has them: `on`, `nopass`, … */
  flags: readonly string[]
}

/** `undefined`: we may not ask. */
export async function enabledUsers(redis: Redis): Promise<RedisUser[] | undefined> {
  const list: unknown = await redis.acl('LIST').catch(() => undefined)
  if (!Array.isArray(list)) return undefined
  return list
    .map((line) => String(line).split(' '))
    .map(([, name = '', ...flags]) => ({ name, flags }))
    .filter(({ flags }) => flags.includes('on'))
}

/** As Redis itself judges it, by ACL DRYRUN, which runs nothing. `undefined`: it cannot say, as before Redis 7. */
export async function mayRun(
  redis: Redis,
  user: string,
  command: readonly string[],
): Promise<boolean | undefined> {
  try {
    return (await redis.call('ACL', 'DRYRUN', user, ...command)) === 'OK'
  } catch {
    return undefined
  }
}
