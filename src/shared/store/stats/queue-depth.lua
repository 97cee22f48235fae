-- queue-depth: how much queue and schedule hold, by when it is due. Reads only.
--- @keys waiting_jobs due_jobs delayed_jobs active_jobs schedule
--- @include "../lua/clock" "../lua/delayed-until" "../lua/waiting-jobs"
-- Returns {due, waits for its time, of those within the next hour, under way, epoch ms when the next is due}
local now = redis_now()
-- While nothing may be sent nobody fetches, and what becomes due stays among the delayed.
local late = waiting_until(now)
local within_hour = waiting_until(now + 3600000)
local due = redis.call('LLEN', waiting_jobs) + redis.call('ZCARD', due_jobs) + late
local function first_after(key, score)
  return tonumber(redis.call('ZRANGEBYSCORE', key, '(' .. score, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2])
end
local delayed, scheduled = first_after(delayed_jobs, delayed_until(now)), first_after(schedule, now)
local next_due = math.min(delayed and math.floor(delayed / 4096) or math.huge, scheduled or math.huge)
return { due, count_waiting() - late, within_hour - late, redis.call('LLEN', active_jobs),
  next_due < math.huge and string.format('%.0f', next_due) or '' }
