import type { Redis } from 'ioredis'

/** Everything that Redis holds of a namespace, by key, BullMQ's included: what somebody would find who looks for a number. */
export async function dump(redis: Redis, namespace: string): Promise<Record<string, string>> {
  const ofDestinations = await redis.keys(`{${namespace}:*`)
  const keys = [...ofDestinations, ...(await redis.keys(`${namespace}:*`))]
  const contents = keys
    .toSorted()
    .map(async (key) => [key, JSON.stringify(await contentOf(redis, key))])
  return Object.fromEntries(await Promise.all(contents)) as Record<string, string>
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key)
  switch (type) {
    case 'string':
      return redis.get(key)
    case 'hash':
      return redis.hgetall(key)
    case 'list':
      return redis.lrange(key, 0, -1)
    case 'set':
      return redis.smembers(key)
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES')
    case 'stream':
      return redis.xrange(key, '-', '+')
    case 'none':
      // BullMQ's `stalled-check` expires by itself, also between the list of keys and this look.
      return ''
    default:
      throw new Error(`${key} has the type ${type}`)
  }
}
