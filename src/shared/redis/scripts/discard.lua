-- discard: somebody has decided that nothing more will be done about a dead letter. Its ledger is forgotten in time.
-- KEYS[1] callback:<id>   KEYS[2] dead-letters
-- ARGV[1] id   ARGV[2] now, ISO   ARGV[3] retention, ms
-- Returns 'discarded' | 'missing' | 'not-dead'
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'missing' end
if state ~= 'dead' then return 'not-dead' end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[1], 'discardedAt', ARGV[2], 'updatedAt', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 'discarded'
