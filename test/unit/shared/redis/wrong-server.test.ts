import { describe, expect, it } from 'vitest'

import { leaveWrongServer, waitForRightServer } from '../../../../src/shared/redis/wrong-server.ts'

const demoted = [
  "READONLY You can't write against a read only replica.",
  "READONLY You can't write against a read only replica. script: c0ffee, on @user_script:12.",
  "ERR Error running script (call to f_c0ffee): @user_script:12: -READONLY You can't write against a read only replica.",
  'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
]
const unable = [
  'LOADING Redis is loading the dataset in memory',
  'CLUSTERDOWN The cluster is down',
  'NOREPLICAS Not enough good replicas to write.',
  'ERR Error running script (call to f_c0ffee): @user_script:12: -NOREPLICAS Not enough good replicas to write.',
]
const others = [
  'ERR unknown command',
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  "OOM command not allowed when used memory > 'maxmemory'.",
  "NOPERM this user has no permissions to run the 'xadd' command",
  'NOSCRIPT No matching script. Please use EVAL.',
  'NOGROUP No such key',
]

describe('a connection that fails fast', () => {
  it.each([...demoted, ...unable])(
    'is opened anew, and the caller gets an error, after: %s',
    (message) => {
      expect(leaveWrongServer(new Error(message))).toBe(1)
    },
  )

  it.each(others)('stays after: %s', (message) => {
    expect(leaveWrongServer(new Error(message))).toBe(false)
  })
})

describe('a connection that waits', () => {
  it.each(demoted)('is opened anew, and what was refused repeated, after: %s', (message) => {
    expect(waitForRightServer(() => 0)(new Error(message))).toBe(2)
  })

  it.each(others)('stays after: %s', (message) => {
    expect(waitForRightServer(() => 0)(new Error(message))).toBe(false)
  })

  it.each(unable)('is opened anew, at most every five seconds, while this lasts: %s', (message) => {
    let nowMs = 1_000
    const judge = waitForRightServer(() => nowMs)
    const at = (ms: number) => {
      nowMs = ms
      return judge(new Error(message))
    }
    const reactions = [1_000, 5_999, 6_000, 6_001, 11_000, 11_001].map(at)
    expect(reactions).toEqual([false, false, 1, false, false, 1])
  })

  it('remembers nothing of another connection', () => {
    let nowMs = 0
    const [one, other] = [waitForRightServer(() => nowMs), waitForRightServer(() => nowMs)]
    const loading = new Error(unable[0])
    expect(one(loading)).toBe(false)
    nowMs = 5_000
    expect([other(loading), one(loading)]).toEqual([false, 1])
  })
})
