-- relist: a dead letter that the index has lost is named there again, if it still is one.
--- @keys callback dead_letters
--- @args id died_at_ms
-- Returns 1 if it was missing, else 0
local c = read(callback, 'state', 'discardedAt')
if c.state ~= 'dead' or c.discardedAt then return 0 end
return redis.call('ZADD', dead_letters, 'NX', died_at_ms, id)
