import { systemClock } from '../../src/shared/time/clock.ts'
import type { RedisProcess } from './redis-process.ts'

/** The primary of two servers, and the replica: on a machine that is busy they may have changed already. */
export async function inTheirRoles<Server extends RedisProcess>(
  one: Server,
  other: Server,
): Promise<[primary: Server, replica: Server]> {
  return (await roleOf(one)) === 'master' ? [one, other] : [other, one]
}

export async function untilIs(server: RedisProcess, role: 'master' | 'slave'): Promise<void> {
  while ((await roleOf(server)) !== role) await systemClock.sleep(20)
}

/** All that was written to it by now is with its replica. The key is one that nobody else uses. */
export async function untilReplicated({ admin }: RedisProcess, key: string): Promise<void> {
  // What is waited for is what this connection has written, and with it all that was written before.
  await admin.set(key, '1')
  while ((await admin.wait(1, 1_000)) < 1) await systemClock.sleep(1)
}

async function roleOf({ admin }: RedisProcess): Promise<string | undefined> {
  return /^role:(\w+)/m.exec(await admin.info('replication'))?.[1]
}
