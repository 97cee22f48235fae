import type { Redis } from '../../redis/connection.ts'

/** One of Redis' own settings. `undefined`: it has none of this name, or does not tell us. */
export async function readSetting(redis: Redis, name: string): Promise<string | undefined> {
  const reply: unknown = await redis.config('GET', name).catch(() => undefined)
  const value: unknown = Array.isArray(reply) ? reply[1] : undefined
  return typeof value === 'string' ? value : undefined
}
