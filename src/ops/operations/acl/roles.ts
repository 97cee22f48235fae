import {
  eitherAccess,
  withKeyless,
  withoutKeyless,
  withoutKeys,
  type RoleAccess,
} from './access.ts'
import { roleAccess } from './role-access.ts'

export const aclRoles = [
  'producer',
  'consumer',
  'library',
  'operator',
  'console',
  'worker',
] as const

export type AclRole = (typeof aclRoles)[number]

/** What a program is to be able to do beyond its role. */
export interface RoleOptions {
  /** Of a producer: it is trusted with the inbox, and does not go by the door. */
  inbox: boolean
  /** Of a producer: ids that begin with this are its own, and it may read what became of them. */
  prefix: string | undefined
  /** Of a producer that is trusted with the inbox: it may read what became of any cancel or reschedule whose entry's id it knows. */
  wishes: boolean
  /** Of a producer: it may send by the functions of our library, and hears at once what was answered. */
  functions: boolean
  /** Of a producer: it may read the public keys to which numbers are sealed. */
  seal: boolean
  /** Of a program with the library: it may look up callbacks by whatever number it likes. */
  find: boolean
  /** Of a program with the library: it also reads results. */
  results: boolean
}

const results = '{ringback:d}:results'
const publicKeys = '{ringback:d}:public-keys'
const findKeys = [
  '{ringback:d}:number-key',
  '{ringback:d}:call:<0000 to 3fff>',
  '{ringback:d}:number:<0000 to 3fff>',
]

/** Who looks after all of a namespace walks all of its keys, and cannot do that at one destination alone. */
export const isOfNamespace = (role: AclRole): boolean => role === 'worker'

export function accessOf(role: AclRole, options: RoleOptions): RoleAccess {
  switch (role) {
    case 'producer':
      return producerAccess(options)
    case 'consumer':
      return consumerAccess()
    case 'library':
      return libraryAccess(options)
    case 'operator':
      // `enqueue` and `import` do it by the library.
      return eitherAccess(roleAccess.operator, libraryAccess({ ...options, find: true }))
    case 'console':
      return withKeyless(roleAccess.console, ['INFO'])
    case 'worker':
      // BullMQ says who it is; to be refused that does no harm, but fills the ACL LOG.
      return withKeyless(roleAccess.worker, ['INFO', 'CLIENT SETNAME'])
  }
}

/**
 * For a server without rights in brackets, where whoever may read a key may also do to it all that he may do to any other: what
 * the library reads without need is left out. It knows no Functions either.
 */
export function withoutComforts(access: RoleAccess, role: AclRole): RoleAccess {
  const { functionKey: _, ...known } = withoutKeyless(access, ['FUNCTION LIST', 'FUNCTION LOAD'])
  // Who could put keys of his own in the place of the workers' would read every number.
  const spared = ['{ringback:d}:control', publicKeys]
  return role === 'library' ? withoutKeys(known, spared) : known
}

function producerAccess({ inbox, prefix, wishes, functions, seal }: RoleOptions): RoleAccess {
  const door = { '{ringback:d}:door': { reads: [], writes: ['RPUSH'] } }
  const own =
    prefix === undefined
      ? {}
      : { [`{ringback:d}:callback:${prefix}*`]: { reads: ['HGETALL', 'HMGET'], writes: [] } }
  const answers = { '{ringback:d}:wish:<entry id>': { reads: ['GET'], writes: [] } }
  const sealing = { [publicKeys]: { reads: ['GET'], writes: [] } }
  return {
    keys: {
      ...(inbox ? roleAccess.producer.keys : door),
      ...own,
      ...(wishes ? answers : {}),
      ...(seal ? sealing : {}),
    },
    keyless: functions ? ['TIME'] : [],
    scriptKeys: [],
    usesQueue: false,
    ...(functions && { functionKey: `{ringback:d}:${inbox ? 'inbox' : 'door'}` }),
  }
}

/** What the library sends for it, and XPENDING, by which others find what to take over. */
function consumerAccess(): RoleAccess {
  const { writes } = roleAccess.library.keys[results]
  return {
    keys: { [results]: { reads: ['XPENDING'], writes } },
    keyless: [],
    scriptKeys: [],
    usesQueue: false,
  }
}

function libraryAccess({ find, results: reads }: RoleOptions): RoleAccess {
  const spared = [...(find ? [] : findKeys), ...(reads ? [] : [results])]
  return withKeyless(withoutKeys(roleAccess.library, spared), ['INFO'])
}
