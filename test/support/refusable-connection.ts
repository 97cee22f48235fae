import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

/** A connection to the same Redis that is refused every script while the test says so: a refusal that passes. */
export interface RefusableConnection {
  redis: Redis
  refuse: () => Promise<void>
  allow: () => Promise<void>
}

export async function refusableConnection(redis: Redis): Promise<RefusableConnection> {
  const user = `t-${randomBytes(8).toString('hex')}`
  await redis.call('ACL', 'SETUSER', user, 'on', '>pw', '~*', '&*', '+@all')
  const theirs = redis.duplicate({ username: user, password: 'pw' })
  theirs.on('error', () => undefined)
  onTestFinished(async () => {
    theirs.disconnect()
    await redis.call('ACL', 'DELUSER', user)
  })
  // By the same connection: what is sent after it is sure to meet it.
  const set = async (...rules: string[]) => {
    await theirs.call('ACL', 'SETUSER', user, ...rules)
  }
  return {
    redis: theirs,
    refuse: () => set('-@scripting'),
    allow: () => set('+@scripting'),
  }
}
