import { describe, expect, it } from 'vitest'

import { createSessions } from '../../../../../src/ops/console/access/sessions.ts'
import { readTrustedProxies } from '../../../../../src/ops/console/access/trusted-proxies.ts'
import {
  clientAddress,
  mayBeOperated,
  whoAsks,
  type AccessRules,
  type Asking,
} from '../../../../../src/ops/console/access/who-asks.ts'
import {
  hashPassword,
  saltLength,
} from '../../../../../src/ops/operations/console-users/password-hash.ts'

const password = await hashPassword('secret', Buffer.alloc(saltLength, 1))
const users = [{ name: 'ada', role: 'operate' as const, password }]
const proxies = proxiesOf('10.0.0.0/8')
const open: AccessRules = {
  users: undefined,
  proxies: undefined,
  userHeader: 'x-user',
  access: undefined,
  localName: 'eve@here',
}
const nothing: Asking = {
  address: '10.0.0.1',
  userHeader: undefined,
  sessionId: undefined,
  isLive: false,
  nowMs: 0,
}

function proxiesOf(text: string) {
  const reading = readTrustedProxies(text)
  if (reading.kind !== 'ok') throw new Error(reading.problem)
  return reading.proxies
}

function asked(rules: Partial<AccessRules>, asking: Partial<Asking> = {}) {
  return whoAsks({ ...open, ...rules }, createSessions(String), { ...nothing, ...asking })
}

describe('without users and proxies', () => {
  it('everybody only looks, unless they are let act', () => {
    expect(asked({})).toEqual({ name: 'eve@here', role: 'view' })
    expect(asked({ access: 'read' })).toEqual({ name: 'eve@here', role: 'view' })
    expect(asked({ access: 'operate' })).toEqual({ name: 'eve@here', role: 'operate' })
  })

  it('no header makes anybody somebody else', () => {
    expect(asked({ access: 'operate' }, { userHeader: 'ada' })?.name).toBe('eve@here')
  })
})

describe('with users', () => {
  it('nobody is known who has not logged in', () => {
    expect(asked({ users })).toBeUndefined()
    expect(asked({ users }, { sessionId: 'guessed' })).toBeUndefined()
    expect(asked({ users, access: 'operate' })).toBeUndefined()
  })

  it('a session says who it is, and a console for reading takes the right to act away', () => {
    const sessions = createSessions(() => 'id')
    sessions.begin({ name: 'ada', role: 'operate' }, 0)
    const asking = { ...nothing, sessionId: 'id' }
    expect(whoAsks({ ...open, users }, sessions, asking)?.role).toBe('operate')
    expect(whoAsks({ ...open, users, access: 'read' }, sessions, asking)?.role).toBe('view')
  })
})

describe('with a trusted proxy', () => {
  it('its word counts for the name, and the users file for the role', () => {
    expect(asked({ users, proxies }, { userHeader: 'ada' })).toEqual(
      users[0] && { name: 'ada', role: 'operate' },
    )
    expect(asked({ users, proxies }, { userHeader: 'bob' })).toEqual({ name: 'bob', role: 'view' })
    expect(asked({ proxies }, { userHeader: 'ada' })).toEqual({ name: 'ada', role: 'view' })
  })

  it.each([
    ['from another address', { userHeader: 'ada', address: '192.0.2.1' }],
    ['from a connection that is gone', { userHeader: 'ada', address: undefined }],
    ['with two names', { userHeader: 'ada, bob' }],
    ['with a name that none may have', { userHeader: '+18445791189' }],
    ['without a name', {}],
  ])('nobody is known %s', (_, asking) => {
    expect(asked({ users, proxies }, asking)).toBeUndefined()
  })

  it.each([
    ['10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['10.0.0.1', '198.51.100.1, 192.0.2.7, 10.0.0.9', '192.0.2.7'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['192.0.2.1', '198.51.100.1', '192.0.2.1'],
    [undefined, undefined, 'unknown'],
  ])('who tries passwords through %s for "%s" is %s', (peer, forwarded, address) => {
    expect(clientAddress({ ...open, proxies }, peer, forwarded)).toBe(address)
  })
})

it.each([
  [{}, false],
  [{ access: 'operate' as const }, true],
  [{ users }, true],
  [{ proxies }, true],
  [{ users, access: 'read' as const }, false],
])('a console with %j may be operated: %s', (rules, isOperated) => {
  expect(mayBeOperated({ ...open, ...rules })).toBe(isOperated)
})
