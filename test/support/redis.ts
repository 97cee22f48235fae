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

/** The same server for another user; without words for none at all. */
export function loginAs(url: string, username = '', password = ''): string {
  const login = new URL(url)
  login.username = username
  login.password = password
  return login.href
}
