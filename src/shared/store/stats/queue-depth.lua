-- queue-depth: how much the queue holds, by when it is due. Reads only.
--- @keys waiting_jobs due_jobs delayed_jobs active_jobs
--- @include "../lua/clock" "../lua/delayed-until"
-- Returns {due, waits for its time, of those within the next hour, under way, epoch ms when the next is due}
local now = redis_now()
-- While nothing may be sent nobody fetches, and what becomes due stays among the delayed.
local late = redis.call('ZCOUNT', delayed_jobs, '-inf', delayed_until(now))
local within_hour = redis.call('ZCOUNT', delayed_jobs, '-inf', delayed_until(now + 3600000))
local due = redis.call('LLEN', waiting_jobs) + redis.call('ZCARD', due_jobs) + late
local first = redis.call('ZRANGEBYSCORE', delayed_jobs, '(' .. delayed_until(now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local next_due = first[2] and string.format('%.0f', math.floor(tonumber(first[2]) / 4096)) or ''
return { due, redis.call('ZCARD', delayed_jobs) - late, within_hour - late, redis.call('LLEN', active_jobs), next_due }
