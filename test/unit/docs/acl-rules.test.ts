import { expect, it } from 'vitest'

import { withoutKeyless } from '../../../src/ops/operations/acl/access.ts'
import { aclRules } from '../../../src/ops/operations/acl/acl-rules.ts'
import { accessOf, withoutComforts, type AclRole } from '../../../src/ops/operations/acl/roles.ts'
import { fencedBlocks, wireProtocolPage } from '../../support/wire-protocol-page.ts'

interface Shown {
  name: string
  role: AclRole
  inbox?: boolean
  prefix?: string
  selectors: boolean
}

const shown: readonly Shown[] = [
  { name: 'globex', role: 'producer', prefix: 'globex-', selectors: true },
  { name: 'acme', role: 'producer', prefix: 'acme-', inbox: true, selectors: true },
  { name: 'globex', role: 'producer', prefix: 'globex-', selectors: false },
  { name: 'acme', role: 'producer', prefix: 'acme-', inbox: true, selectors: false },
  { name: 'consumer', role: 'consumer', selectors: true },
  { name: 'app', role: 'library', selectors: true },
  { name: 'app', role: 'library', selectors: false },
]

const place = { namespace: 'ringback', destination: 'default', partitions: 1 }

/** For Redis 7.0, which would refuse a rule about WAITAOF. */
function ruleOf({ name, role, inbox = false, prefix, selectors }: Shown): string {
  const exact = accessOf(role, {
    inbox,
    prefix,
    wishes: false,
    functions: false,
    seal: false,
    find: false,
    results: false,
  })
  const known = withoutKeyless(exact, ['WAITAOF'])
  const access = selectors ? known : withoutComforts(known, role)
  const beginning = `ACL SETUSER ${name} reset on >${name}-secret resetchannels`
  return [beginning, ...aclRules(access, place, { selectors })].join(' ')
}

it('the rules of the wire protocol are those that `ringback acl` makes', () => {
  const rules = fencedBlocks(wireProtocolPage, 'acl').map((block) => block.trim())
  expect(rules).toEqual(shown.map(ruleOf))
})
