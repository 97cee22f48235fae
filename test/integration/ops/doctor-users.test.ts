import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { Finding } from '../../../src/ops/operations/doctor/finding.ts'
import { freshNamespace } from '../../support/redis.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { aclRule, knowsSelectors } from '../../support/wire-protocol-page.ts'
import { environmentOf } from './support/environment.ts'
import { runCommand } from './support/cli.ts'

/** A Redis of its own with these users, whose rules are written for the destination `default` of `ringback`. */
async function examine(users: Record<string, readonly string[]>, settings: string[] = []) {
  const { url } = await startPrivateRedis()
  const admin = new Redis(url)
  onTestFinished(() => admin.disconnect())
  const namespace = freshNamespace()
  for (const [name, rules] of Object.entries(users)) {
    const own = rules.map((rule) => rule.replaceAll('ringback:', `${namespace}:`))
    expect(await admin.call('ACL', 'SETUSER', name, ...own)).toBe('OK')
  }
  if (settings.length > 0) await admin.call('CONFIG', 'SET', ...settings)
  const env = environmentOf(url, namespace)
  const { stdout } = await runCommand({ env }, 'doctor', '--json')
  const findings = (JSON.parse(stdout) as Finding[]).filter(({ check }) => check === 'redis users')
  return { findings, judges: await knowsSelectors(admin), admin }
}

async function pageRules(...names: string[]): Promise<Record<string, string[]>> {
  const { url } = await startPrivateRedis()
  const admin = new Redis(url)
  onTestFinished(() => admin.disconnect())
  const rules = names.map(async (name) => [name, await aclRule(admin, name)] as const)
  return Object.fromEntries(await Promise.all(rules))
}

describe('of the users of Redis, the doctor', () => {
  it('finds those of the page in order, and says who is trusted', async () => {
    const { findings, judges } = await examine(await pageRules('acme', 'app', 'consumer'))
    if (!judges) return
    expect(findings).toEqual([
      {
        check: 'redis users',
        verdict: 'ok',
        message:
          'may write to the inboxes and run scripts there: app, default; may only write: acme',
      },
    ])
  })

  it.each([
    [
      'the rule that the page had once',
      ['+hgetall', '%R~{ringback:default}:callback:*'],
      'read every callback with its number',
    ],
    ['all results', ['+xread', '%R~{ringback:default}:results'], 'read all results'],
    ['the right to trim', ['+xtrim'], 'remove what waits in the inbox'],
    [
      'all keys to read, and a reading command each',
      ['+@read', '%R~*'],
      'read every callback with its number, the inbox, all results',
    ],
  ])('names one that enqueues and has %s', async (_, more, words) => {
    const rules = [
      'on',
      '>secret',
      'resetchannels',
      '+xadd',
      '%W~{ringback:default}:inbox',
      ...more,
    ]
    const { findings, judges } = await examine({ vendor: rules })
    if (!judges) return
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ verdict: 'warn' })
    expect(findings[0]?.message).toContain(`vendor may enqueue at default, and also ${words}`)
    expect(findings[0]?.fix).toContain('docs/wire-protocol.md')
  })

  it('says nothing of one that is switched off, or that enqueues nowhere', async () => {
    const reader = ['on', '>secret', 'resetchannels', '+@read', '%R~*']
    const off = ['off', '>secret', '+xadd', '+@read', '~*']
    const { findings } = await examine({ reader, off })
    expect(findings.map(({ verdict }) => verdict)).not.toContain('warn')
  })

  it('names a user without a password where anybody may reach the port', async () => {
    const { findings } = await examine({ open: ['on', 'nopass', '~*', '+@all'] }, [
      ...['protected-mode', 'no'],
    ])
    const [first] = findings
    expect(first).toMatchObject({ verdict: 'warn' })
    expect(first?.message).toMatch(/^anyone who reaches the port is .*open, without a password$/)
  })

  it('calls it unknown where it may not ask', async () => {
    const { admin } = await examine({ worker: ['on', '>secret', '~*', '&*', '+@all', '-@admin'] })
    const url = new URL(`redis://worker:secret@127.0.0.1:${admin.options.port ?? 0}`)
    const { stdout } = await runCommand({ env: environmentOf(url.href, 'any') }, 'doctor', '--json')
    const findings = JSON.parse(stdout) as Finding[]
    expect(findings.find(({ check }) => check === 'redis users')).toMatchObject({
      verdict: 'unknown',
    })
  })
})
