import { createHash, randomBytes } from 'node:crypto'

import type { StoreConfig } from '../../../shared/config/config.ts'
import { parseRedisAddress } from '../../../shared/config/redis-address.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { readPartitions } from '../../../shared/store/partitions/read-partitions.ts'
import { knowsFsyncWaits, knowsSelectors, setUser } from '../../../shared/store/server/set-user.ts'
import { readInfo } from '../../../shared/store/server/server-facts.ts'
import { targetOf, withRedis } from '../destination/target.ts'
import { withoutKeyless } from './access.ts'
import { aclRules } from './acl-rules.ts'
import {
  accessOf,
  isOfNamespace,
  withoutComforts,
  type AclRole,
  type RoleOptions,
} from './roles.ts'

export interface UserRequest extends RoleOptions {
  role: AclRole
  name: string
  destination: string | undefined
  /** Undefined: one is made. */
  password: string | undefined
  apply: boolean
}

export interface MadeUser {
  role: AclRole
  name: string
  /** Undefined: all of the namespace. */
  destination: string | undefined
  /** The words that follow ACL SETUSER. The password is in them as its hash. */
  rules: readonly string[]
  /** The one that was made. It is kept nowhere. */
  password: string | undefined
  applied: boolean
  /** False: the server knows no rights in brackets, so the user may do more. */
  isExact: boolean
}

/** The rule of a user who may do what its role does, for this server; with `apply` the server has it. */
export async function makeUser(config: StoreConfig, request: UserRequest): Promise<MadeUser> {
  const { role, name, apply } = request
  const { ref } = targetOf(config, request.destination)
  const destination = isOfNamespace(role) ? undefined : ref.destination
  const made = request.password === undefined ? randomBytes(24).toString('base64url') : undefined
  return withRedis(config, async (redis) => {
    const partitions = await readPartitions(openStore(redis, ref))
    const place = { namespace: ref.namespace, destination, partitions }
    const info = await readInfo(redis)
    const isExact = knowsSelectors(info)
    const asked = accessOf(role, request)
    // Redis refuses a rule about a command that it has not.
    const exact = knowsFsyncWaits(info) ? asked : withoutKeyless(asked, ['WAITAOF'])
    const access = isExact ? exact : withoutComforts(exact, role)
    const rules = [
      ...userBeginning(made ?? request.password ?? ''),
      ...aclRules(access, place, { selectors: isExact }),
      ...addressRules(config.redisUrl),
    ]
    if (apply) await setUser(redis, name, rules)
    return { role, name, destination, rules, password: made, applied: apply, isExact }
  })
}

/** What was allowed before is taken away, with every other password. */
function userBeginning(password: string): string[] {
  const hash = createHash('sha256').update(password).digest('hex')
  return ['reset', 'on', `#${hash}`, 'resetchannels']
}

/** Whoever may not SELECT stays in database 0, and works on there. In a cluster its nodes are asked which of them has what. */
function addressRules(redisUrl: string): string[] {
  const address = parseRedisAddress(redisUrl)
  const nodes = address.kind === 'ok' && address.value.kind !== 'single' ? address.value : undefined
  if (nodes?.kind === 'cluster') return ['+cluster|slots', '+cluster|info']
  const database = nodes?.database ?? Number(new URL(redisUrl).pathname.slice(1))
  return database > 0 ? ['+select'] : []
}
