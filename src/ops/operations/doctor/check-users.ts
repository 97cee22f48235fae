import type { Redis } from '../../../shared/redis/connection.ts'
import { rightsOf, type Rights } from '../../../shared/store/server/rights.ts'
import { readSetting } from '../../../shared/store/server/server-setting.ts'
import { enabledUsers, type RedisUser } from '../../../shared/store/server/users.ts'
import { quoted } from '../../text/quoted.ts'
import type { Finding } from './finding.ts'

const check = 'redis users'
/** More are named nowhere, and asking about each takes its time. */
const maxUsers = 100

/**
 * Who may write to the inboxes, and what else they may do: a vendor that enqueues should see nobody else's customers. Redis
 * judges by ACL DRYRUN, which runs nothing; before Redis 7 there is none.
 */
export async function checkUsers(
  redis: Redis,
  namespace: string,
  configured: readonly string[],
): Promise<Finding[]> {
  const users = (await enabledUsers(redis))?.slice(0, maxUsers)
  if (users === undefined) return [unknown('Redis does not list its users')]
  const destinations = configured.length > 0 ? configured : ['default']
  const findings = await passwordlessUsers(redis, users)
  const trusted = new Set<string>()
  const vendors = new Set<string>()
  for (const destination of destinations) {
    for (const { name } of users) {
      const rights = await rightsOf(redis, name, { namespace, destination })
      if (rights === undefined)
        return [...findings, unknown('Redis cannot say what a user may do (ACL DRYRUN)')]
      if (!rights.submits) continue
      if (rights.isTrusted) trusted.add(name)
      else vendors.add(name)
      findings.push(...judgeRights(rights, destination))
    }
  }
  if (findings.length > 0) return findings
  const message = `may write to the inboxes and run scripts there: ${named(trusted)}; may only write: ${named(vendors)}`
  return [{ check, verdict: 'ok', message }]
}

/** Of a user that enqueues and is not trusted with the rest. */
function judgeRights(rights: Rights, destination: string): Finding[] {
  const { user, submits, isTrusted, reads, removes } = rights
  if (!submits || isTrusted || reads.length + removes.length === 0) return []
  const wrongs = [
    ...(reads.length > 0 ? [`read ${reads.join(', ')}`] : []),
    ...(removes.length > 0 ? [`remove ${removes.join(', ')}`] : []),
  ]
  return [
    {
      check,
      verdict: 'warn',
      message: `${quoted(user)} may enqueue at ${destination}, and also ${wrongs.join(' and ')}`,
      fix: 'give it the rights of a vendor: "Who may do what" in docs/wire-protocol.md',
    },
  ]
}

/** A password is not asked for, and not only this machine is let in. */
async function passwordlessUsers(redis: Redis, users: readonly RedisUser[]): Promise<Finding[]> {
  const open = users.filter(({ flags }) => flags.includes('nopass')).map(({ name }) => quoted(name))
  if (open.length === 0) return []
  if ((await readSetting(redis, 'protected-mode')) !== 'no') return []
  return [
    {
      check,
      verdict: 'warn',
      message: `anyone who reaches the port is ${open.join(', ')}, without a password`,
      fix: 'give the user a password (ACL SETUSER default >… in redis.conf), or let only the workers reach the port',
    },
  ]
}

function named(users: ReadonlySet<string>): string {
  return users.size === 0 ? 'nobody' : [...users].map((name) => quoted(name)).join(', ')
}

function unknown(message: string): Finding {
  return { check, verdict: 'unknown', message }
}
