import { describe, expect, it } from 'vitest'

import { isPoisonMessage, isTransientRedisError } from '../../../../src/shared/redis/poison.ts'

function replyError(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' })
}

function coded(code: string): Error {
  return Object.assign(new Error('by its code'), { code })
}

describe('what Redis says of itself passes, and costs no entry its life', () => {
  it.each([
    'LOADING Redis is loading the dataset in memory',
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
    'NOAUTH Authentication required.',
    "NOPERM User default has no permissions to run the 'evalsha' command",
    "ERR The user executing the script can't run this command or subcommand",
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'CLUSTERDOWN The cluster is down',
    'NOREPLICAS Not enough good replicas to write.',
    'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
    "NOGROUP No such key '{r:d}:inbox' or consumer group 'bridge'",
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'MOVED 3999 127.0.0.1:6381',
    'ASK 3999 127.0.0.1:6381',
    'ERR The stream has exhausted the last possible ID, unable to add more items',
  ])('%s', (message) => {
    for (const words of [message, `ERR Error running script: @user_script:9: ${message}`]) {
      expect(isTransientRedisError(replyError(words)), words).toBe(true)
      expect(isPoisonMessage(replyError(words)), words).toBe(false)
    }
  })

  it('only where it was Redis that said it', () => {
    expect(isTransientRedisError(new Error('OOM in our own words'))).toBe(false)
  })
})

it.each([
  ['a reply about this entry', replyError('WRONGTYPE Operation against a key of another kind')],
  ['a bug of ours', new TypeError('x is undefined')],
  ['a value out of its range', new RangeError('Invalid time value')],
  ['text that is not JSON', new SyntaxError('Unexpected token')],
  ['text that is too long for Node', coded('ERR_STRING_TOO_LONG')],
  ['bytes that are too many for Node', coded('ERR_BUFFER_TOO_LARGE')],
  ['what is not an error at all', 'OOM'],
])('takes %s for what the entry will meet again', (_, error) => {
  expect(isPoisonMessage(error)).toBe(true)
})

it.each([
  ['a lost connection', new Error('Connection is closed.')],
  ['a command that was not answered', new Error('Command timed out')],
  ['a stream that is gone', coded('ERR_STREAM_DESTROYED')],
  ['a connection that was reset', coded('ECONNRESET')],
])('takes %s for what passes, though Redis refused nothing', (_, error) => {
  expect(isPoisonMessage(error)).toBe(false)
  expect(isTransientRedisError(error)).toBe(false)
})
