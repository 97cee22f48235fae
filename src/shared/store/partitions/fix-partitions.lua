-- fix-partitions: how many partitions a destination has is what the first worker that serves it says, and stays so.
--- @keys control inbox
--- @args partitions group
-- Served means that the inbox has its group. Where nobody has said anything it is one: that is not written down.
-- Returns how many it has.
local fixed = redis.call('HGET', control, 'partitions')
if fixed then return tonumber(fixed) end
local kind = redis.call('TYPE', inbox).ok
if kind == 'stream' and #redis.call('XINFO', 'GROUPS', inbox) > 0 then return 1 end
-- A key of another type is said by whoever reads it.
if kind ~= 'none' and kind ~= 'stream' and partitions == '1' then return 1 end
redis.call('XGROUP', 'CREATE', inbox, group, '0', 'MKSTREAM')
if partitions ~= '1' then redis.call('HSET', control, 'partitions', partitions) end
return tonumber(partitions)
