import { expect, it } from 'vitest'

import { z } from 'zod'

import { RingbackError } from '../../../../src/shared/errors/errors.ts'
import { errorOrigin, UnreadableReply } from '../../../../src/shared/redis/error-origin.ts'
import { PlaceUnknown } from '../../../../src/shared/redis/directory.ts'
import { redisFailure } from '../../../../src/shared/redis/redis-failure.ts'
import { RefusedConnection } from '../../../../src/shared/redis/refused-connection.ts'

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}

const replied = (message: string) => named('ReplyError', message)

function coded(code: string, syscall?: string): Error {
  return Object.assign(new Error(`it failed with ${code}`), { code, ...(syscall && { syscall }) })
}

const url = 'redis://user:secret-word@redis.example:6380/3'

it.each([
  coded('ECONNREFUSED', 'connect'),
  coded('ENOENT', 'connect'),
  coded('EACCES', 'connect'),
  coded('ENOTFOUND', 'getaddrinfo'),
  coded('EAI_AGAIN', 'getaddrinfo'),
  coded('ECONNRESET', 'read'),
  coded('EPIPE', 'write'),
  coded('ETIMEDOUT'),
  coded('EHOSTUNREACH'),
  coded('CERT_HAS_EXPIRED'),
  coded('SELF_SIGNED_CERT_IN_CHAIN'),
  coded('ERR_SSL_WRONG_VERSION_NUMBER'),
  coded('ERR_TLS_CERT_ALTNAME_INVALID'),
  new AggregateError([coded('ECONNREFUSED', 'connect'), coded('ENETUNREACH', 'connect')]),
  named('MaxRetriesPerRequestError', 'Reached the max retries per request limit (which is 0).'),
  named('AbortError', 'Command aborted due to connection close'),
  new Error('Connection is closed.'),
  new Error("Stream isn't writeable and enableOfflineQueue options is false"),
  new Error('Command timed out'),
  new Error("Socket timeout. Expecting data, but didn't receive any in 30000ms."),
  new Error('connect ETIMEDOUT'),
  new Error('it was not ready within 2s'),
  new PlaceUnknown('no Sentinel says where the primary is: nobody is there'),
  new Error('Unknown RESP type 72 "H". Please report this.'),
])('blames the connection for: %s', (error) => {
  expect(errorOrigin(error)).toBe('connection')
  expect(redisFailure(url, error)).toMatchObject({ code: 'redis-unavailable' })
})

const inScript = (words: string) => [
  // As Redis 7 says it, and as 6.2 does.
  `${words} script: c0ffee, on @user_script:12.`,
  `ERR Error running script (call to f_c0ffee): @user_script:12: ${words}`,
  `ERR Error running script (call to f_c0ffee): @user_script:12: -${words}`,
]

it.each(
  [
    'NOAUTH Authentication required.',
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    'CLUSTERDOWN The cluster is down',
    "NOPERM User x has no permissions to run the 'evalsha' command",
    'BUSY Redis is busy running a script.',
    'NOREPLICAS Not enough good replicas to write.',
  ].flatMap((words) => [words, ...inScript(words)]),
)('takes for a refusal: %s', (words) => {
  expect(errorOrigin(replied(words))).toBe('refusal')
  expect(redisFailure(url, replied(words))).toMatchObject({ code: 'redis-unavailable' })
})

it('takes for a refusal what ended the handshake, and what the server does not know', () => {
  expect(errorOrigin(new RefusedConnection('it is a replica, and accepts no writes'))).toBe(
    'refusal',
  )
  expect(errorOrigin(replied("ERR unknown command 'XAUTOCLAIM'"))).toBe('refusal')
})

it.each([
  ...['WRONGTYPE Operation against a key holding the wrong kind of value'].flatMap((words) => [
    replied(words),
    ...inScript(words).map(replied),
  ]),
  replied('ERR hash value is not an integer'),
  replied('ERR value is not an integer or out of range'),
  replied('ERR value is not a valid float'),
  new UnreadableReply('a reply is larger than this process can hold'),
])('names what lies in Redis and is not ours: %s', (error) => {
  expect(errorOrigin(error)).toBe('record')
  const failure = redisFailure(url, error)
  expect(failure).toMatchObject({ code: 'unknown-record' })
  expect(failure.message).toMatch(/^Redis at redis\.example:6380 holds something else/)
})

it.each([
  new TypeError('x is undefined'),
  new RangeError('Invalid time value'),
  new RangeError('Invalid string length'),
  new SyntaxError('Unexpected token'),
  coded('ERR_STRING_TOO_LONG'),
  coded('ERR_INVALID_ARG_TYPE'),
  coded('ERR_OUT_OF_RANGE'),
  coded('ENOENT', 'open'),
  coded('ENOSPC', 'write'),
  coded('EMFILE', 'connect'),
  coded('ENOBUFS', 'connect'),
  new AggregateError([new TypeError('x is undefined')]),
  named('AbortError', 'This operation was aborted'),
  z.string().safeParse(1).error ?? new Error('zod found nothing'),
  new Error('Missing lock for job x. moveToDelayed'),
  replied(
    'ERR user_script:12: attempt to compare nil with number script: c0ffee, on @user_script:12.',
  ),
  replied(
    "ERR Error running script (call to f_c0ffee): @user_script:12: user_script:12: attempt to index field '?' (a nil value)",
  ),
  replied("ERR user_script:1: Script attempted to access nonexistent global variable 'x'"),
])('is reported as it was, and never as Redis’: %s', (error) => {
  expect(errorOrigin(error)).toBe('ours')
  expect(redisFailure(url, error)).toBe(error)
})

it('leaves alone what has a code already, and makes an error of what is none', () => {
  const own = new RingbackError('unknown-record', 'of a newer version')
  expect(redisFailure(url, own)).toBe(own)
  expect(redisFailure(url, 'a text')).toEqual(new Error('a text'))
})
