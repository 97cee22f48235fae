/** As Redis itself has it: whether a command is one that writes, and behind how many other words its key stands. */
export interface CommandFacts {
  readonly access: 'reads' | 'writes'
  /** Undefined: it has no key. */
  readonly keyAt: number | undefined
}

const readers = words(
  'EXISTS GET HEXISTS HGET HGETALL HKEYS HMGET HSTRLEN LINDEX LLEN LRANGE MGET PTTL SMEMBERS TYPE XLEN XPENDING XRANGE XREAD ' +
    'XREVRANGE ZCARD ZCOUNT ZRANGE ZRANGEBYSCORE ZRANK ZREVRANGEBYSCORE ZSCAN ZSCORE',
)
const writers = words(
  'BZPOPMIN DEL EVAL EVALSHA HDEL HINCRBY HSET HSETNX LPOP PERSIST PEXPIRE RENAME SADD SET SREM UNLINK XACK XADD XAUTOCLAIM XCLAIM XDEL ' +
    'XREADGROUP XTRIM ZADD ZREM ZREMRANGEBYRANK ZREMRANGEBYSCORE',
)
const readersOfTheirSecond = words('MEMORY XINFO')
const writersOfTheirSecond = words('XGROUP')
const keyless = words('ACL CLIENT CONFIG FUNCTION INFO PING SCAN TIME WAIT WAITAOF')

export function factsOf(command: string): CommandFacts {
  if (readers.has(command)) return { access: 'reads', keyAt: 0 }
  if (writers.has(command)) return { access: 'writes', keyAt: 0 }
  if (readersOfTheirSecond.has(command)) return { access: 'reads', keyAt: 1 }
  if (writersOfTheirSecond.has(command)) return { access: 'writes', keyAt: 1 }
  if (keyless.has(command)) return { access: 'reads', keyAt: undefined }
  throw new Error(`say in scripts/docs/redis-access/command-facts.ts what ${command} does`)
}

/** Commands all of whose arguments are keys. */
export const takesMany = words('DEL EXISTS MGET UNLINK')

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}
