import { describe, expect, it } from 'vitest'

import { RingbackError } from '../../../../src/shared/errors/errors.ts'
import { PlaceUnknown } from '../../../../src/shared/redis/directory.ts'
import { redisFailure } from '../../../../src/shared/redis/redis-failure.ts'
import { RefusedConnection } from '../../../../src/shared/redis/refused-connection.ts'

const url = 'redis://user:secret-word@redis.example:6380/3'
const overTls = url.replace('redis:', 'rediss:')
const ofSentinels = 'rediss+sentinel://user:secret-word@redis.example:6380/ring'

function nodeError(code: string, message = `it failed with ${code}`): Error {
  return Object.assign(new Error(message), { code })
}

/** A command that ioredis gave up, in the name of which it speaks of its own options. */
function givenUp(): Error {
  const error = new Error('Reached the max retries per request limit (which is 0).')
  error.name = 'MaxRetriesPerRequestError'
  return error
}

/** As ioredis tells what a server answered. */
function replied(message: string): Error {
  const error = new Error(message)
  error.name = 'ReplyError'
  return error
}

/** What is told as Redis' has a code. */
function failureOf(at: string, error: unknown): RingbackError {
  const failure = redisFailure(at, error)
  if (failure instanceof RingbackError) return failure
  throw new Error('it is not told as Redis’', { cause: failure })
}

const refused = (message: string): Error => new RefusedConnection(message)

describe('a stream without an id that is left', () => {
  it.each([
    'ERR The stream has exhausted the last possible ID, unable to add more items',
    'ERR Error running script (call to f_c0ffee): @user_script:12: ERR The stream has exhausted the last possible ID, unable to add more items',
  ])('is told as that, with its fix, and not as a Redis that does not answer: %s', (message) => {
    const { code, message: told, cause } = failureOf(url, replied(message))
    expect(code).toBe('stream-exhausted')
    expect(told).toMatch(/has reached the last possible id, .*\. Run ringback repair, then submit/)
    expect(told).not.toContain('secret-word')
    expect(cause).toMatchObject({ message })
  })
})

describe('a Redis without room', () => {
  it.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    'MISCONF Redis is configured to save RDB snapshots, but it cannot persist on disk.',
    'ERR Error running script (call to f_c0ffee): @user_script:12: -OOM command not allowed',
  ])('is called full: %s', (message) => {
    const { code, message: told, cause } = failureOf(url, replied(message))
    expect(code).toBe('redis-full')
    expect(told).toMatch(/^Redis at redis\.example:6380 has no room left and accepts nothing: /)
    expect(told).toContain(message.replace(/\.$/, ''))
    expect(told).not.toContain('..')
    expect(told).not.toContain('secret-word')
    expect(cause).toMatchObject({ message })
  })

  it('is not one that has a word of this kind within another', () => {
    expect(failureOf(url, replied('ERR no ROOM here')).code).toBe('redis-unavailable')
  })
})

describe('what is wrong with a Redis, and what to do', () => {
  it.each([
    ['READONLY You can’t write', 'at the primary'],
    ['MASTERDOWN Link with MASTER is down', 'at the primary'],
    ['UNBLOCKED force unblock', 'at the primary'],
    ['it is a replica, and accepts no writes', 'at the primary'],
    ['it refused to select database 99: out of range', 'Correct the number at the end of'],
    ['ERR max number of clients reached', 'Raise its maxclients'],
    ['it is loading its data (LOADING)', 'Wait until it has loaded its data'],
    ['NOAUTH Authentication required.', 'Check user and password'],
    ['WRONGPASS that is not a pair', 'Check user and password'],
    ['ERR invalid password', 'Check user and password'],
    ['NOPERM no permissions', 'Give the user of RINGBACK_REDIS_URL that right'],
    ["ERR user x can't run this command", 'Give the user of RINGBACK_REDIS_URL that right'],
    ['NOREPLICAS Not enough good replicas to write.', 'Check its replicas'],
    ['MOVED 1 10.0.0.1:6379', 'write redis+cluster://'],
    ['CLUSTERDOWN The cluster is down', 'check the cluster'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'Wait until that is over'],
    ['ERR unknown command', 'Check the server and RINGBACK_REDIS_URL'],
  ])('explains one that answered %s: %s', (message, advice) => {
    for (const error of [replied(message), refused(message)]) {
      const { code, message: told } = failureOf(url, error)
      expect(code).toBe('redis-unavailable')
      expect(told).toMatch(/^Redis at redis\.example:6380 refused: /)
      expect(told).toContain(advice)
    }
  })

  const usual = 'Check the server and RINGBACK_REDIS_URL'
  const isTls = 'whether this is a TLS port'
  const itsTlsPort = 'that this is its TLS port'

  it.each<[string, Error, string, string]>([
    [url, nodeError('ECONNREFUSED'), 'did not answer', usual],
    [url, nodeError('ETIMEDOUT'), 'did not answer', usual],
    [overTls, nodeError('ETIMEDOUT'), 'did not answer', itsTlsPort],
    [overTls, new Error('it was not ready after 2000 ms'), 'did not answer', itsTlsPort],
    [url, new Error('it was not ready after 2000 ms'), 'did not answer', usual],
    [overTls, nodeError('ECONNREFUSED'), 'did not answer', usual],
    [url, nodeError('ECONNRESET'), 'closed the connection', isTls],
    [url, new Error('Connection is closed.'), 'closed the connection', isTls],
    [overTls, nodeError('ECONNRESET'), 'closed the connection', usual],
    [
      overTls,
      nodeError('SELF_SIGNED_CERT_IN_CHAIN'),
      'has a certificate from an authority that Node does not know',
      'NODE_EXTRA_CA_CERTS',
    ],
    [overTls, nodeError('CERT_HAS_EXPIRED'), 'has a certificate that cannot', 'Renew it'],
    [overTls, nodeError('ERR_TLS_CERT_ALTNAME_INVALID'), 'has a certificate that', 'Renew it'],
    [overTls, nodeError('EPROTO'), 'made no TLS connection', 'names its TLS port'],
    [overTls, nodeError('ERR_SSL_WRONG_VERSION_NUMBER'), 'made no TLS', 'names its TLS port'],
  ])('names %s after: %s', (at, error, what, advice) => {
    const { code, message } = failureOf(at, error)
    expect(code).toBe('redis-unavailable')
    expect(message).toContain(`Redis at redis.example:6380 ${what}`)
    expect(message).toContain(advice)
    expect(message).not.toContain('secret-word')
  })

  it.each<[Error, string, string]>([
    [
      nodeError('DEPTH_ZERO_SELF_SIGNED_CERT'),
      'has a certificate from an authority that Node does not know',
      'RINGBACK_REDIS_CA_FILE',
    ],
    [
      nodeError('ERR_TLS_CERT_ALTNAME_INVALID'),
      'has a certificate that cannot be trusted',
      'have those who say where the primary is name it so too',
    ],
    [nodeError('ETIMEDOUT'), 'did not answer', itsTlsPort],
    [nodeError('ECONNREFUSED'), 'did not answer', usual],
  ])('tells of Sentinels why they say nothing: %s', (cause, what, advice) => {
    const silent = new PlaceUnknown('no Sentinel says where the primary is', { cause })
    const { code, message } = failureOf(ofSentinels, silent)
    expect(code).toBe('redis-unavailable')
    expect(message).toContain(` ${what}: no Sentinel says where the primary is. `)
    expect(message).toContain(advice)
    expect(message).not.toContain('secret-word')
  })

  it.each([
    ['it had sent nothing', new Error('Connection is closed.')],
    ['the connection was lost', givenUp()],
    ['the connection was lost', new Error("Stream isn't writeable and enableOfflineQueue is off")],
  ])('is told in our words, not in those of ioredis’ options: %s', (reason, error) => {
    expect(failureOf(url, error).message).toContain(`: ${reason}. `)
  })

  it.each([
    ['unix:///run/redis.sock', 'a socket'],
    ['secret-word', 'an unreadable address'],
  ])('never shows more of %s than: %s', (at, place) => {
    const { message } = failureOf(at, nodeError('ECONNREFUSED'))
    expect(message).toMatch(new RegExp(`^Redis at ${place} did not answer`))
  })
})
