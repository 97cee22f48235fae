-- living-workers: those that have said lately that they serve a destination. Reads only.
--- @keys workers
--- @args alive_ms
--- @include "../lua/clock"
-- Returns two for each: {what it says of itself, when it was last heard, epoch ms}
return redis.call('ZRANGEBYSCORE', workers, '(' .. redis_now() - alive_ms, '+inf', 'WITHSCORES')
