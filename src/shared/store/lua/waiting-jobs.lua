-- What has a time to wait for: in the schedule, or on the queue, as of the last two seconds before it and of what failed.
--- @include "delayed-until"
--- @uses schedule delayed_jobs
local function count_waiting() return redis.call('ZCARD', schedule) + redis.call('ZCARD', delayed_jobs) end

-- waiting_until(ms): how many of those are due by then, epoch ms.
local function waiting_until(ms)
  return redis.call('ZCOUNT', schedule, '-inf', ms) + redis.call('ZCOUNT', delayed_jobs, '-inf', delayed_until(ms))
end
