import { userNameProblem, type User } from '../../operations/console-users/users-file.ts'
import type { Operator } from './check-login.ts'
import type { Sessions } from './sessions.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/** How a console knows who asks. */
export interface AccessRules {
  /** Undefined: nobody logs in. */
  users: readonly User[] | undefined
  /** Undefined: nobody's word counts. */
  proxies: TrustedProxies | undefined
  userHeader: string
  /** Undefined: as roles allow, where there are users or proxies; else nobody may act. */
  access: 'read' | 'operate' | undefined
  /** Who it is that acts where nobody logs in. */
  localName: string
}

/** What a request says of who asks. */
export interface Asking {
  /** Undefined where the connection is gone. */
  address: string | undefined
  userHeader: string | undefined
  sessionId: string | undefined
  /** A page asks by itself, and nobody has touched it. */
  isLive: boolean
  nowMs: number
}

/** Undefined: nobody that is known. */
export function whoAsks(
  rules: AccessRules,
  sessions: Sessions,
  asking: Asking,
): Operator | undefined {
  const operator = knownOperator(rules, sessions, asking)
  return operator === undefined || rules.access !== 'read'
    ? operator
    : { name: operator.name, role: 'view' }
}

function knownOperator(
  { users, proxies, access, localName }: AccessRules,
  sessions: Sessions,
  { address, userHeader, sessionId = '', isLive, nowMs }: Asking,
): Operator | undefined {
  if (users === undefined && proxies === undefined) {
    return { name: localName, role: access === 'operate' ? 'operate' : 'view' }
  }
  if (userHeader !== undefined && proxies?.has(address) === true) {
    return namedByProxy(userHeader, users ?? [])
  }
  return isLive ? sessions.peek(sessionId, nowMs) : sessions.find(sessionId, nowMs)
}

/** Two headers arrive as one with a comma in it, which no name has. */
function namedByProxy(name: string, users: readonly User[]): Operator | undefined {
  if (userNameProblem(name) !== undefined) return undefined
  return { name, role: users.find((user) => user.name === name)?.role ?? 'view' }
}

/** Whether anybody may act here at all. */
export function mayBeOperated({ users, proxies, access }: AccessRules): boolean {
  return access === undefined ? users !== undefined || proxies !== undefined : access === 'operate'
}

/** The one who speaks through trusted proxies: of those that each has added, the last one that is none of them. */
export function clientAddress(
  { proxies }: AccessRules,
  peer: string | undefined,
  forwardedFor: string | undefined,
): string {
  if (peer === undefined || proxies?.has(peer) !== true) return peer ?? 'unknown'
  const chain = (forwardedFor ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  return chain.findLast((each) => !proxies.has(each)) ?? peer
}
