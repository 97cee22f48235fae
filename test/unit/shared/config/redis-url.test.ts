import { describe, expect, it } from 'vitest'

import { readRedisUrl } from '../../../../src/shared/config/redis-url.ts'

describe('readRedisUrl', () => {
  it.each([
    'redis://127.0.0.1:6379',
    'redis://localhost',
    'redis://localhost/',
    'redis://localhost/15',
    'rediss://user:p%40ss@redis.example.com:6380/0',
    'redis://:secret@[::1]:6379',
  ])('takes %s as it is', (text) => {
    expect(readRedisUrl(text)).toEqual({ kind: 'ok', value: text })
  })

  it.each([
    [
      'localhost:6379',
      'does not start with redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS',
    ],
    [
      'https://localhost',
      'does not start with redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS',
    ],
    [
      '/var/run/redis.sock',
      'does not start with redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS',
    ],
    ['redis://', 'names no host'],
    ['redis:///0', 'names no host'],
    ['redis://local host', 'is not a URL'],
    ['redis://localhost:99999', 'is not a URL'],
    ['redis://localhost/main', 'has a path that is not a database number'],
    ['redis://localhost/0/1', 'has a path that is not a database number'],
    ['redis://localhost?maxRetriesPerRequest=0', 'has a query or a fragment'],
    ['redis://localhost#0', 'has a query or a fragment'],
    ['redis://:100%@localhost', 'has a % in its user name or password that is not written as %25'],
  ])('refuses %s: it %s', (text, message) => {
    expect(readRedisUrl(text)).toEqual({ kind: 'problem', message })
  })
})
