import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'

/** The Redis of this test run, see global-setup.ts. */
export function redisUrl(): string {
  return inject('redisUrl')
}

/** A namespace that no other test uses: tests of the same Redis do not see each other's keys. */
export function freshNamespace(): string {
  return `t-${randomBytes(8).toString('hex')}`
}
