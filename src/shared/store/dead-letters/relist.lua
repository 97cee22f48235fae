-- relist: a dead letter that the index has lost is named there again, if it still is one.
--- @keys callback dead_letters letter_reasons
--- @args id died_at_ms
--- @include "../lua/letters"
-- Returns 1 if it was missing, else 0: then it may be that nobody had noted what it died of
local c = read(callback, 'state', 'discardedAt', 'reason')
if c.state ~= 'dead' or c.discardedAt then return 0 end
note_reason(id, c.reason)
return redis.call('ZADD', dead_letters, 'NX', died_at_ms, id)
