import type { Redis } from '../../redis/connection.ts'

/** By which a connection can be named from another one, until it is lost. */
export async function clientIdOf(redis: Redis): Promise<number> {
  return await redis.client('ID')
}

/** Ends the wait of a connection that a command has blocked, as if its time were over. False: it does not wait for anything. */
export async function unblockClient(redis: Redis, clientId: number): Promise<boolean> {
  return (await redis.client('UNBLOCK', clientId)) === 1
}
