-- heartbeat: a worker says that it serves destinations, and by which settings. Who has said nothing for a while is forgotten.
--- @args alive_ms most
--- @each_keys workers retrying due_jobs waiting_jobs delayed_jobs active_jobs schedule
--- @each_args worker digest
--- @include "../lua/clock" "../lua/waiting-jobs"
-- worker: its digest, a space and what it says of itself, JSON: the same words every time   most: that are remembered
-- Returns of each destination what those say that have another digest
local now = redis_now()
redis.call('ZREMRANGEBYSCORE', workers, '-inf', now - alive_ms)
redis.call('ZADD', workers, now, worker)
redis.call('ZREMRANGEBYRANK', workers, 0, -1 - most)
redis.call('PEXPIRE', workers, alive_ms)
-- Where nothing is on the queue, or put off, nothing waits for another attempt: what is counted by mistake does not stay.
local jobs = redis.call('ZCARD', due_jobs) + count_waiting() + redis.call('LLEN', waiting_jobs)
if jobs + redis.call('LLEN', active_jobs) == 0 then redis.call('DEL', retrying) end
local others = {}
for _, other in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
  if string.sub(other, 1, #digest + 1) ~= digest .. ' ' then others[#others + 1] = other end
end
return others
