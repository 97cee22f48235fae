-- How often what happened, since the beginning.
--- @uses stats
local function count(what) redis.call('HINCRBY', stats, what, 1) end
