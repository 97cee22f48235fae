-- vanished: how many entries have left an inbox without having been taken in, since that is counted. Reads only.
-- KEYS[1] inbox   KEYS[2] intake
-- Returns that number; -1 where nobody knows
local taken, before = unpack(redis.call('HMGET', KEYS[2], 'taken', 'goneBefore'))
if not before then return -1 end
local gone = entries_gone(KEYS[1], tonumber(taken))
return gone and gone - tonumber(before) or -1
