import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { MadeUser } from '../../../src/ops/operations/acl/make-user.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { environmentOf } from './support/environment.ts'
import { runCommand } from './support/cli.ts'

async function server() {
  const { url } = await startPrivateRedis()
  const admin = new Redis(url, { protocol: 2 })
  onTestFinished(() => admin.disconnect())
  const acl = (words: readonly string[], stdin = '') =>
    runCommand(
      { env: environmentOf(url, 'ours'), stdin: Readable.from([stdin]) },
      ...['acl', ...words],
    )
  return { url, admin, acl }
}

const hashOf = (password: string) => `#${createHash('sha256').update(password).digest('hex')}`

describe('ringback acl', () => {
  it('prints a rule that sets the user as --apply would, and sets none itself', async () => {
    const { admin, acl } = await server()
    const { status, stdout } = await acl(['producer', 'acme', '--prefix', 'acme-'])
    expect(status).toBe(0)
    expect(await admin.call('ACL', 'USERS')).toEqual(['default'])
    const [line = ''] = stdout.split('\n')
    expect(await admin.call('ACL', ...line.split(' ').slice(1))).toBe('OK')
    const printed = await admin.call('ACL', 'GETUSER', 'acme')
    const password = /^password +(\S+)$/m.exec(stdout)?.[1] ?? ''
    await admin.call('ACL', 'DELUSER', 'acme')
    await acl(['producer', 'acme', '--prefix', 'acme-', '--password-stdin', '--apply'], password)
    expect(await admin.call('ACL', 'GETUSER', 'acme')).toEqual(printed)
  })

  it('shows a password once that it has made, and never one that it was given', async () => {
    const { acl } = await server()
    const made = JSON.parse((await acl(['consumer', 'crm', '--json'])).stdout) as MadeUser
    expect(made.password).toMatch(/^[\w-]{32}$/)
    expect(made.rules).toContain(hashOf(made.password ?? ''))
    const given = 'of-a-vault-1'
    const words = ['consumer', 'crm', '--password-stdin', '--json']
    const { stdout } = await acl(words, `${given}\n`)
    expect(stdout).not.toContain(given)
    expect((JSON.parse(stdout) as MadeUser).rules).toContain(hashOf(given))
  })

  it('takes from a user who was there whatever he could do before, and his passwords', async () => {
    const { url, admin, acl } = await server()
    await admin.call('ACL', 'SETUSER', 'crm', 'on', '>old-password', '+@all', '~*', '&*')
    await acl(['consumer', 'crm', '--apply'])
    expect(await admin.call('ACL', 'DRYRUN', 'crm', 'FLUSHALL')).not.toBe('OK')
    const old = new URL(url)
    ;[old.username, old.password] = ['crm', 'old-password']
    const client = new Redis(old.href, { lazyConnect: true, retryStrategy: null })
    client.on('error', () => undefined)
    await expect(client.connect()).rejects.toThrow()
  })

  it.each([
    [['producer', 'default'], /Everybody without a name/],
    [['producer', 'a b'], /1 to 64 letters/],
    [['owner', 'anna'], /Allowed choices are producer/],
    [['producer', 'acme', '--prefix', 'a*'], /beginning of an id/],
    [['consumer', 'crm', '--inbox'], /--inbox is for a producer/],
    [['producer', 'acme', '--wishes'], /--wishes is for a producer with --inbox/],
    [['worker', 'w', '--destination', 'default'], /reaches all of the namespace/],
    [['producer', 'acme', '--nopass'], /unknown option/],
    [['producer', 'acme', '--password-stdin'], /8 to 512 visible characters/],
    [['producer', 'acme', '--namespace', 'a*'], /lower-case letters/],
  ])('refuses %j, and sets nothing', async (words, why) => {
    const { admin, acl } = await server()
    const { status, stderr } = await acl([...words, '--apply'], 'short\n')
    expect(status).toBe(2)
    expect(stderr).toMatch(why)
    expect(await admin.call('ACL', 'USERS')).toEqual(['default'])
  })
})
