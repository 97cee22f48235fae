-- queue-depth: how much the queue holds, by when it is due. Reads only.
--- @keys waiting_jobs due_jobs delayed_jobs active_jobs
--- @include "../lua/clock" "../lua/delayed-until"
-- Returns {due, waits for its time, of those within the next hour, under way}
local now = redis_now()
-- While nothing may be sent nobody fetches, and what becomes due stays among the delayed.
local late = redis.call('ZCOUNT', delayed_jobs, '-inf', delayed_until(now))
local within_hour = redis.call('ZCOUNT', delayed_jobs, '-inf', delayed_until(now + 3600000))
local due = redis.call('LLEN', waiting_jobs) + redis.call('ZCARD', due_jobs) + late
return { due, redis.call('ZCARD', delayed_jobs) - late, within_hour - late, redis.call('LLEN', active_jobs) }
