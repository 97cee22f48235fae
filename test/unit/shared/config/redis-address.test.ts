import { describe, expect, it } from 'vitest'

import {
  isForTls,
  parseRedisAddress,
  placeOf,
  type RedisNodes,
} from '../../../../src/shared/config/redis-address.ts'

const plain: RedisNodes = {
  kind: 'cluster',
  hosts: [{ host: 'one', port: 6_379 }],
  name: '',
  database: 0,
  isTls: false,
  username: '',
  password: '',
}

describe('parseRedisAddress', () => {
  it.each(['redis://127.0.0.1', 'rediss://user:secret@redis.example.com:6380/3'])(
    'leaves %s to ioredis, as one server',
    (url) => {
      expect(parseRedisAddress(url)).toEqual({ kind: 'ok', value: { kind: 'single' } })
    },
  )

  const cases: [string, Partial<RedisNodes>][] = [
    ['redis+cluster://one', {}],
    ['redis+cluster://one/', {}],
    ['REDIS+CLUSTER://one/0', {}],
    [
      'redis+cluster://one:7001,[2001:db8::1]:7002',
      {
        hosts: [
          { host: 'one', port: 7_001 },
          { host: '2001:db8::1', port: 7_002 },
        ],
      },
    ],
    ['rediss+cluster://user:p%40ss@one', { isTls: true, username: 'user', password: 'p@ss' }],
    ['redis+cluster://:a%2Fb@one', { password: 'a/b' }],
    [
      'redis+sentinel://one/main',
      { kind: 'sentinel', hosts: [{ host: 'one', port: 26_379 }], name: 'main' },
    ],
    [
      'redis+sentinel://:secret@one:1,two:2/the-main.one/7',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'one', port: 1 },
          { host: 'two', port: 2 },
        ],
        name: 'the-main.one',
        database: 7,
        password: 'secret',
      },
    ],
  ]

  it.each(cases)('reads %s', (url, expected) => {
    expect(parseRedisAddress(url)).toEqual({ kind: 'ok', value: { ...plain, ...expected } })
  })

  it.each([
    [
      'redis+ring://one',
      'does not start with redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS',
    ],
    ['redis+cluster://', 'has a host that is not host or host:port'],
    ['redis+cluster://one,', 'has a host that is not host or host:port'],
    ['redis+cluster://one:0', 'has a host that is not host or host:port'],
    ['redis+cluster://one:99999', 'has a host that is not host or host:port'],
    ['redis+cluster://one two', 'has a host that is not host or host:port'],
    ['redis+cluster://one/1', 'has a path: a cluster has no databases'],
    ['redis+cluster://one?tls=1', 'has a query or a fragment'],
    [
      'redis+sentinel://one',
      'does not end with /NAME or /NAME/database, the name being the one that Sentinel knows',
    ],
    [
      'redis+cluster://:100%@one',
      'has a % in its user name or password that is not written as %25',
    ],
  ])('refuses %s: it %s', (url, message) => {
    expect(parseRedisAddress(url)).toEqual({ kind: 'problem', message })
  })
})

it('knows a URL for TLS by its beginning', () => {
  expect(['rediss://a', 'rediss+cluster://a', 'RedisS+sentinel://a/b'].map(isForTls)).toEqual([
    true,
    true,
    true,
  ])
  expect(['redis://a', 'redis+cluster://rediss:1', ''].map(isForTls)).toEqual([false, false, false])
})

it.each([
  ['redis://user:secret-word@one:1/3', 'one:1'],
  ['redis+cluster://user:secret-word@one,two:2', 'one:6379,two:2'],
  ['redis+sentinel://:secret-word@one/main', 'main of the Sentinels one:26379'],
  ['redis+sentinel://:secret-word@one:1,two', 'an unreadable address'],
])('shows of %s where it leads, and no password', (url, shown) => {
  expect(placeOf(url)).toBe(shown)
})
