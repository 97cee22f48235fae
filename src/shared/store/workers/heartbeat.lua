-- heartbeat: a worker says that it serves a destination, and by which settings. Who has said nothing for a while is forgotten.
--- @keys workers
--- @args worker digest alive_ms most
--- @include "../lua/clock"
-- worker: its digest, a space and what it says of itself, JSON: the same words every time   most: that are remembered
-- Returns what those say that have another digest
local now = redis_now()
redis.call('ZREMRANGEBYSCORE', workers, '-inf', now - alive_ms)
redis.call('ZADD', workers, now, worker)
redis.call('ZREMRANGEBYRANK', workers, 0, -1 - most)
redis.call('PEXPIRE', workers, alive_ms)
local others = {}
for _, other in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
  if string.sub(other, 1, #digest + 1) ~= digest .. ' ' then others[#others + 1] = other end
end
return others
