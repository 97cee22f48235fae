import { describe, expect, it } from 'vitest'

import {
  isReply,
  kindOfWords,
  redisErrorKind,
  refusals,
  withoutCode,
} from '../../../../src/shared/redis/redis-errors.ts'

const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value'

describe('an error of Redis is sorted by its words, wherever in a message they stand', () => {
  it.each([
    [wrongType, 'other-content'],
    ['ERR hash value is not an integer', 'other-content'],
    ['ERR The stream has exhausted the last possible ID', 'exhausted'],
    ["READONLY You can't write against a read only replica.", 'replica'],
    ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'replica'],
    ['UNBLOCKED force unblock from blocking operation', 'replica'],
    [refusals.replica, 'replica'],
    [refusals.database('99', 'DB index is out of range'), 'no-such-database'],
    [refusals.database('1', 'this user has no permissions'), 'no-such-database'],
    ['ERR max number of clients reached', 'too-many-clients'],
    ['LOADING Redis is loading the dataset in memory', 'loading'],
    [refusals.loading, 'loading'],
    ['NOAUTH Authentication required.', 'unauthenticated'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'unauthenticated'],
    ["NOPERM User x has no permissions to run the 'evalsha' command", 'forbidden'],
    ["ERR The user executing the script can't run this command or subcommand", 'forbidden'],
    ['NOREPLICAS Not enough good replicas to write.', 'no-replicas'],
    ['CLUSTERDOWN The cluster is down', 'cluster-down'],
    ["CROSSSLOT Keys in request don't hash to the same slot", 'cross-slot'],
    ['MOVED 3999 127.0.0.1:6381', 'moved'],
    ['ASK 3999 127.0.0.1:6381', 'moving'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'moving'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'full'],
    ['MISCONF Redis is configured to save RDB snapshots', 'full'],
    ['BUSY Redis is busy running a script.', 'busy'],
    ["NOGROUP No such key '{r:d}:inbox' or consumer group 'bridge'", 'no-group'],
    ['BUSYGROUP Consumer Group name already exists', 'group-exists'],
    ['NOSCRIPT No matching script. Please use EVAL.', 'unknown-script'],
    ['ERR unknown command `FUNCTION`, with args beginning with: `LIST`, ', 'unknown-command'],
    ["ERR unknown command 'FUNCTION', with args beginning with: 'LIST' ", 'unknown-command'],
    ["ERR unknown command 'XAUTOCLAIM'", 'unknown-command'],
    ['ERR no ROOM here', 'other'],
  ])('%s', (words, kind) => {
    expect(redisErrorKind(new Error(words))).toBe(kind)
    expect(kindOfWords(`ERR Error running script (call to f_0): @user_script:9: ${words}`)).toBe(
      kind,
    )
  })

  it.each([
    'ERR user_script:12: attempt to compare nil with number script: c0ffee, on @user_script:12.',
    "ERR Error running script (call to f_0): @user_script:12: user_script:12: attempt to index field '?' (a nil value)",
  ])('a bug in a script is told by where Lua names its place: %s', (words) => {
    expect(kindOfWords(words)).toBe('script-defect')
  })

  it('what lies in Redis counts before anything else that is said of it', () => {
    expect(kindOfWords(`ERR user_script:12: LOADING: ${wrongType}`)).toBe('other-content')
  })
})

it('only what Redis answered is a reply, whatever words an error has', () => {
  expect(isReply(Object.assign(new Error(wrongType), { name: 'ReplyError' }))).toBe(true)
  expect(isReply(new Error(wrongType))).toBe(false)
  expect(isReply(wrongType)).toBe(false)
})

it('a message is shown without the code in front of it', () => {
  expect(withoutCode('ERR DB index is out of range')).toBe('DB index is out of range')
  expect(withoutCode('out of range, ERR or not')).toBe('out of range, ERR or not')
})
