/** What a user that `ringback acl` makes may not do: every command of the server is asked about, on every key there is. */
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { accessOf, aclRoles, type AclRole } from '../../../src/ops/operations/acl/roles.ts'
import { queueCommands, queueKeys } from '../../../src/ops/operations/acl/queue-commands.ts'
import type { RoleAccess } from '../../../src/ops/operations/acl/access.ts'
import { keyTable } from '../../../src/shared/redis/key-table.ts'
import { aclUser } from '../../support/acl-user.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { connectRaw } from '../../support/resp-client.ts'
import { knowsSelectors } from '../../support/wire-protocol-page.ts'

const namespace = 'ours'
const prefix = 'acme-'
const options = {
  inbox: false,
  prefix,
  wishes: false,
  functions: false,
  seal: false,
  find: false,
  results: false,
}

/** As a key would be written, of the destination `d` of `ringback`. */
const written = (key: string) =>
  key
    .replace('<0000 to 3fff>', '0000')
    .replace(/<[^>]+>/, 'another')
    .replace(/\*$/, 'any')
const ownKeys = keyTable.map(({ key }) => key)
const inOurs = (key: string) =>
  written(key)
    .replace('{ringback:d}', `{${namespace}:default}`)
    .replace(/^ringback:/, `${namespace}:`)

interface Server {
  /** Name, and subcommand if it has one, and where its keys stand. */
  commands: { words: string[]; arity: number; first: number; last: number; step: number }[]
}

async function commandsOf(admin: Redis): Promise<Server['commands']> {
  const listed = (await admin.call('COMMAND')) as unknown[][]
  const leaves = listed.flatMap((each) => {
    const subcommands = each[9]
    return Array.isArray(subcommands) && subcommands.length > 0
      ? (subcommands as unknown[][])
      : [each]
  })
  return leaves.map(([name, arity, , first, last, step]) => ({
    words: String(name).toUpperCase().split('|'),
    arity: Math.abs(Number(arity)),
    first: Number(first),
    last: Number(last),
    step: Math.max(1, Number(step)),
  }))
}

/** Where the number of keys is told before them, or a word. */
const countedKeys: Readonly<Record<string, (key: string) => string[]>> = {
  ...Object.fromEntries(
    ['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO', 'FCALL', 'FCALL_RO'].map((name) => [
      name,
      (key: string) => ['x', '1', key],
    ]),
  ),
  XREAD: (key) => ['STREAMS', key, '0'],
  XREADGROUP: (key) => ['GROUP', 'g', 'c', 'STREAMS', key, '>'],
  LMPOP: (key) => ['1', key, 'LEFT'],
  ZMPOP: (key) => ['1', key, 'MIN'],
  BLMPOP: (key) => ['0', '1', key, 'LEFT'],
  BZMPOP: (key) => ['0', '1', key, 'MIN'],
  SINTERCARD: (key) => ['1', key],
  ...Object.fromEntries(
    ['ZDIFF', 'ZINTER', 'ZUNION', 'ZINTERCARD'].map((name) => [name, (key: string) => ['1', key]]),
  ),
}

function callOf({ words, arity, first, last, step }: Server['commands'][number], key: string) {
  const counted = countedKeys[words[0] ?? '']
  if (counted !== undefined) return [...words, ...counted(key)]
  const call = Array.from(
    { length: Math.max(arity, words.length, first + 1) },
    (_, at) => words[at] ?? 'x',
  )
  const end = last < 0 ? call.length + last : last
  for (let at = first; first > 0 && at <= end; at += step) call[at] = key
  return call
}

/** By the closed list of docs/redis-access.md. */
function isListed(access: RoleAccess, words: readonly string[], key: string): boolean {
  const command = words.join(' ')
  const { reads = [], writes = [] } = access.keys[key] ?? {}
  const queue = access.usesQueue && key === queueKeys ? queueCommands : []
  if (/^EVAL(SHA)?$/.test(command)) {
    return access.scriptKeys.includes(key) || [...queue, ...writes].includes(command)
  }
  return [...reads, ...writes, ...queue].includes(command)
}

describe.each(aclRoles)('a %s', (role: AclRole) => {
  it('is refused every command of the server but those of its list, on every key but its own', async () => {
    const { url } = await startPrivateRedis()
    const admin = new Redis(url, { protocol: 2 })
    onTestFinished(() => admin.disconnect())
    if (!(await knowsSelectors(admin))) return
    const own = role === 'producer' ? ['--prefix', prefix] : []
    const { name } = await aclUser(url, namespace, role, ...own)
    const access = accessOf(role, options)
    const ofAll = role === 'worker'
    const places = [
      ...ownKeys.map((key) => ({ key: inOurs(key), listed: key })),
      ...ownKeys
        .filter((key) => key.startsWith('{'))
        .map((key) => ({
          key: inOurs(key).replace(':default}', ':other}'),
          listed: ofAll ? key : '',
        })),
      ...ownKeys.map((key) => ({ key: written(key), listed: '' })),
      { key: `{${namespace}:default}:callback:${prefix}1`, listed: ownCallback(role) },
      { key: 'session:1', listed: '' },
    ]
    const wrong: string[] = []
    for (const command of await commandsOf(admin)) {
      const hasKey = command.first > 0 || (command.words[0] ?? '') in countedKeys
      const tried = hasKey ? places : places.slice(0, 1)
      const pipeline = admin.pipeline()
      const calls = tried.map(({ key }) => callOf(command, key))
      for (const call of calls) pipeline.call('ACL', 'DRYRUN', name, ...call)
      const answers = (await pipeline.exec()) ?? []
      for (const [at, [error, answer]] of answers.entries()) {
        const { listed = '' } = tried[at] ?? {}
        const may = error === null ? answer === 'OK' : `cannot tell: ${error.message}`
        const should = hasKey
          ? isListed(access, command.words, listed)
          : isKeyless(access, command.words)
        if (may !== should) wrong.push(`${calls[at]?.join(' ') ?? ''}: ${String(may)}`)
      }
    }
    expect(wrong).toEqual([])
  }, 120_000)

  it('is refused in earnest, too', async () => {
    const { url } = await startPrivateRedis()
    const admin = new Redis(url, { protocol: 2 })
    onTestFinished(() => admin.disconnect())
    const user = await aclUser(url, namespace, role)
    const at = (key: string) => `{${namespace}:default}:${key}`
    await admin.xadd(at('inbox'), '*', 'intent', '{}')
    await admin.rpush(at('door'), '{}')
    await admin.set('session:1', 'of another program')
    const client = connectRaw(user.url)
    for (const call of [
      ['FLUSHALL'],
      ['FLUSHDB'],
      ['CONFIG', 'SET', 'maxmemory', '1'],
      ['ACL', 'SETUSER', user.name, '+@all', '~*'],
      ['ACL', 'WHOAMI'],
      ['SHUTDOWN', 'NOSAVE'],
      ['SCRIPT', 'FLUSH'],
      ['FUNCTION', 'FLUSH'],
      ['MONITOR'],
      ['CLIENT', 'KILL', 'TYPE', 'normal'],
      ['KEYS', '*'],
      ['XTRIM', at('inbox'), 'MAXLEN', '0'],
      ['LTRIM', at('door'), '1', '0'],
      ['LPUSH', at('door'), 'first of all'],
      ['DEL', at('inbox')],
      ['DEL', at('door')],
      ['GET', 'session:1'],
      ['EVAL', "return redis.call('GET', KEYS[1])", '1', 'session:1'],
      ['EVAL', "return redis.call('FLUSHALL')", '0'],
      ['SUBSCRIBE', 'any'],
      ['PUBLISH', 'any', 'x'],
    ]) {
      expect(await client.call(...call), call.join(' ')).toMatch(
        /NOPERM|can't (access|run)|ACL failure/,
      )
    }
    expect(await admin.xlen(at('inbox'))).toBe(1)
    expect(await admin.llen(at('door'))).toBe(1)
    expect(await admin.get('session:1')).toBe('of another program')
  })
})

/** The list's name for a callback under the prefix of a producer. */
function ownCallback(role: AclRole): string {
  return role === 'producer' ? `{ringback:d}:callback:${prefix}*` : '{ringback:d}:callback:<id>'
}

/** Redis asks for no right to log in, to leave, or to forget who one was. */
function isKeyless({ keyless, scriptKeys }: RoleAccess, words: readonly string[]): boolean {
  const command = words.join(' ')
  if (['AUTH', 'HELLO', 'RESET', 'QUIT'].includes(command)) return true
  return keyless.includes(command) || (scriptKeys.length > 0 && /^EVAL(SHA)?$/.test(command))
}
