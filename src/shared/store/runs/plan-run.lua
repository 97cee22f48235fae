-- plan-run: a plan is kept, to be started later.
--- @keys run runs
--- @args run_id created_at ttl_ms ...said
-- created_at: epoch ms   ttl_ms: how long it is kept unless it is started   said: two for each field: its name and its value
-- Returns 1, or 0 if there is one of this id.
if redis.call('EXISTS', run) == 1 then return 0 end
redis.call('HSET', run, 'v', '1', 'state', 'planned', 'revision', 1, unpack(said))
redis.call('PEXPIRE', run, ttl_ms)
redis.call('ZADD', runs, created_at, run_id)
-- What they name is forgotten long before.
redis.call('ZREMRANGEBYSCORE', runs, '-inf', created_at - 31536000000)
return 1
