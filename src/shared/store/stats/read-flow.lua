-- read-flow: what flow.lua has counted lately. Reads only.
--- @keys flow
--- @include "../lua/clock"
-- Returns {now, field, value, …}
return { tostring(redis_now()), unpack(redis.call('HGETALL', flow)) }
