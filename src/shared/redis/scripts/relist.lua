-- relist: a dead letter that the index has lost is named there again, if it still is one.
-- KEYS[1] callback:<id>   KEYS[2] dead-letters
-- ARGV[1] id   ARGV[2] time of death, epoch ms
-- Returns 1 if it was missing, else 0
local state, discarded_at = unpack(redis.call('HMGET', KEYS[1], 'state', 'discardedAt'))
if state ~= 'dead' or discarded_at then return 0 end
return redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[1])
