-- discard: somebody has decided that nothing more will be done about a dead letter. Its ledger is forgotten in time.
--- @keys callback dead_letters
--- @args id now retention_ms
-- Returns 'discarded' | 'missing' | 'not-dead'
local state = redis.call('HGET', callback, 'state')
if not state then return 'missing' end
if state ~= 'dead' then return 'not-dead' end
redis.call('ZREM', dead_letters, id)
redis.call('HSET', callback, 'discardedAt', now, 'updatedAt', now)
redis.call('PEXPIRE', callback, retention_ms)
return 'discarded'
