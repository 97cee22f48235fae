import type { Redis } from '../../../shared/redis/connection.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  resultsKey,
  type Place,
} from '../../../shared/redis/keys.ts'
import { quoted } from '../../cli/present/quoted.ts'
import type { Finding } from './finding.ts'

const check = 'redis users'
/** More are named nowhere, and asking about each takes its time. */
const mostUsers = 100

/** What a user of Redis may do at one destination, as Redis itself judges it. */
interface Rights {
  user: string
  submits: boolean
  /** Runs scripts on the inbox: the library, a worker, an operator. Such a user is trusted with everything there. */
  isTrusted: boolean
  /** What it may read of what others sent. */
  reads: readonly string[]
  /** What it may take away. */
  removes: readonly string[]
}

/**
 * Who may write to the inboxes, and what else they may do: a vendor that enqueues should see nobody else's customers. Redis
 * judges by ACL DRYRUN, which runs nothing; before Redis 7 there is none.
 */
export async function checkUsers(
  redis: Redis,
  namespace: string,
  configured: readonly string[],
): Promise<Finding[]> {
  const users = await enabledUsers(redis)
  if (users === undefined) return [unknown('Redis does not tell us who its users are')]
  const destinations = configured.length > 0 ? configured : ['default']
  const findings = await openDoor(redis, users)
  const trusted = new Set<string>()
  const vendors = new Set<string>()
  for (const destination of destinations) {
    for (const { name } of users) {
      const rights = await rightsOf(redis, name, { namespace, destination })
      if (rights === undefined)
        return [...findings, unknown('Redis does not judge what a user may do (ACL DRYRUN)')]
      if (!rights.submits) continue
      if (rights.isTrusted) trusted.add(name)
      else vendors.add(name)
      findings.push(...judgeRights(rights, destination))
    }
  }
  if (findings.length > 0) return findings
  const message = `to the inboxes may write, and run scripts there: ${named(trusted)}; and nothing else: ${named(vendors)}`
  return [{ check, verdict: 'ok', message }]
}

/** Of a user that enqueues and is not trusted with the rest. */
function judgeRights(rights: Rights, destination: string): Finding[] {
  const { user, submits, isTrusted, reads, removes } = rights
  if (!submits || isTrusted || reads.length + removes.length === 0) return []
  const wrongs = [
    ...(reads.length > 0 ? [`read ${reads.join(', ')}`] : []),
    ...(removes.length > 0 ? [`take away ${removes.join(', ')}`] : []),
  ]
  return [
    {
      check,
      verdict: 'warn',
      message: `${quoted(user)} enqueues at ${destination}, and may ${wrongs.join(' and ')}`,
      fix: 'give it the rights of a vendor: "Who may do what" in docs/wire-protocol.md',
    },
  ]
}

interface User {
  name: string
  flags: readonly string[]
}

/** Undefined: we may not ask. */
async function enabledUsers(redis: Redis): Promise<User[] | undefined> {
  const list: unknown = await redis.acl('LIST').catch(() => undefined)
  if (!Array.isArray(list)) return undefined
  return list
    .map((line) => String(line).split(' '))
    .map(([, name = '', ...flags]) => ({ name, flags }))
    .filter(({ flags }) => flags.includes('on'))
    .slice(0, mostUsers)
}

/** A password is not asked for, and not only this machine is let in. */
async function openDoor(redis: Redis, users: readonly User[]): Promise<Finding[]> {
  const open = users.filter(({ flags }) => flags.includes('nopass')).map(({ name }) => quoted(name))
  if (open.length === 0) return []
  const reply: unknown = await redis.config('GET', 'protected-mode').catch(() => undefined)
  if (!Array.isArray(reply) || reply[1] !== 'no') return []
  return [
    {
      check,
      verdict: 'warn',
      message: `whoever reaches the port is ${open.join(', ')}, without a password`,
      fix: 'give the user a password (ACL SETUSER default >… in redis.conf), or let nobody but the workers reach the port',
    },
  ]
}

/** Undefined: Redis cannot say. */
async function rightsOf(redis: Redis, user: string, place: Place): Promise<Rights | undefined> {
  const inbox = inboxKey(place)
  const may = (...command: string[]) => mayRun(redis, user, command)
  const submits = await may('XADD', inbox, '*', 'intent', '{}')
  if (submits === undefined) return undefined
  const list = async (commands: Record<string, string[]>) => {
    const answers = await Promise.all(
      Object.entries(commands).map(
        async ([what, command]) => [what, await may(...command)] as const,
      ),
    )
    return answers.flatMap(([what, allowed]) => (allowed === true ? [what] : []))
  }
  return {
    user,
    submits,
    isTrusted: (await may('EVALSHA', '0'.repeat(40), '1', inbox)) === true,
    reads: await list({
      // An id that no prefix of a vendor's begins.
      'every callback with its number': ['HGETALL', callbackKey(place, '0')],
      'the inbox': ['XRANGE', inbox, '-', '+'],
      'all results': ['XREAD', 'STREAMS', resultsKey(place), '0'],
      'the list of dead letters': ['ZRANGE', deadLettersKey(place), '0', '-1'],
    }),
    removes: await list({
      'what waits in the inbox': ['XTRIM', inbox, 'MAXLEN', '0'],
      'single entries of it': ['XDEL', inbox, '1-1'],
      'any key': ['FLUSHALL'],
    }),
  }
}

async function mayRun(
  redis: Redis,
  user: string,
  command: readonly string[],
): Promise<boolean | undefined> {
  try {
    return (await redis.call('ACL', 'DRYRUN', user, ...command)) === 'OK'
  } catch {
    return undefined
  }
}

function named(users: ReadonlySet<string>): string {
  return users.size === 0 ? 'nobody' : [...users].map((name) => quoted(name)).join(', ')
}

function unknown(message: string): Finding {
  return { check, verdict: 'unknown', message }
}
