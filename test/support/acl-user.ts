import { Redis } from 'ioredis'
import { expect, onTestFinished } from 'vitest'

import { environmentOf } from '../integration/ops/support/environment.ts'
import { runCommand } from '../integration/ops/support/cli.ts'

export interface AclUser {
  name: string
  url: string
  /** What Redis has refused it, as in `command xadd`. */
  refusals: () => Promise<string[]>
}

/** Made by `ringback acl … --apply` in the Redis of a test. */
export async function aclUser(
  url: string,
  namespace: string,
  role: string,
  ...options: string[]
): Promise<AclUser> {
  const name = `a-${role}`
  const made = await runCommand(
    { env: environmentOf(url, namespace) },
    ...['acl', role, name, '--apply', '--json', ...options],
  )
  expect(made).toMatchObject({ status: 0, stderr: '' })
  const { password } = JSON.parse(made.stdout) as { password: string }
  const own = new URL(url)
  own.username = name
  own.password = password
  const admin = new Redis(url, { protocol: 2 })
  onTestFinished(() => admin.disconnect())
  return {
    name,
    url: own.href,
    refusals: async () => {
      const log = (await admin.call('ACL', 'LOG')) as string[][]
      const entries = log.map((each) => {
        const field = (wanted: string) => String(each[each.indexOf(wanted) + 1])
        return { user: field('username'), what: `${field('reason')} ${field('object')}` }
      })
      return entries.filter(({ user }) => user === name).map(({ what }) => what)
    },
  }
}
