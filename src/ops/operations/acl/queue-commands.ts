/** BullMQ's keys, as docs/redis-access.md names them. */
export const queueKeys = '{ringback:d}:callbacks:*'

/**
 * What BullMQ 6.7 sends to them, in its scripts too. It is not found by reading our code: test/integration/ops/acl-roles.test.ts
 * has a worker do all of its work by these, and the last five are in scripts that none of ours calls for.
 */
export const queueCommands: readonly string[] = [
  ...['BZPOPMIN', 'DEL', 'EVAL', 'EVALSHA', 'EXISTS', 'GET', 'HDEL', 'HEXISTS', 'HGET', 'HGETALL'],
  ...['HINCRBY', 'HMGET', 'HMSET', 'HSET', 'INCR', 'LINDEX', 'LLEN', 'LPOP', 'LPOS', 'LPUSH'],
  ...[
    'LRANGE',
    'LREM',
    'PEXPIRE',
    'PTTL',
    'RENAME',
    'RPOP',
    'RPOPLPUSH',
    'SCARD',
    'SET',
    'SMEMBERS',
  ],
  ...['SREM', 'TYPE', 'UNLINK', 'XADD', 'XDEL', 'XRANGE', 'XTRIM', 'ZADD', 'ZCARD', 'ZCOUNT'],
  ...['ZPOPMIN', 'ZRANGE', 'ZRANGEBYSCORE', 'ZRANK', 'ZREM', 'ZREVRANGEBYSCORE', 'ZSCORE'],
  ...['SADD', 'RPUSH', 'ZINCRBY', 'ZREMRANGEBYSCORE', 'LTRIM'],
]
