-- first-jobs: the jobs that are first of all that are due: of those that a dead worker had, of those that become due, and in
-- each class of priority, where those go first whose customer has asked first. Reads only.
--- @keys waiting_jobs due_jobs delayed_jobs schedule
--- @include "../lua/clock" "../lua/delayed-until"
-- Returns their ids
-- As in src/queue/job-priority.ts: a priority is its class and a bucket of time; BullMQ's score is priority * 2^32 and a count.
local buckets, classes, per_priority = 209715, 10, 2 ^ 32
local function score(priority) return string.format('%.0f', priority * per_priority) end

local found = redis.call('LRANGE', waiting_jobs, -1, -1)
local function note(ids) found[#found + 1] = ids[1] end

note(redis.call('ZRANGEBYSCORE', delayed_jobs, '-inf', delayed_until(redis_now()), 'LIMIT', 0, 1))
note(redis.call('ZRANGEBYSCORE', schedule, '-inf', redis_now(), 'LIMIT', 0, 1))
-- Below all priorities: what was put before a backlog.
note(redis.call('ZRANGEBYSCORE', due_jobs, '-inf', '(' .. score(1), 'LIMIT', 0, 1))
for class = 0, classes - 1 do
  local least, most = score(class * buckets + 1), '(' .. score((class + 1) * buckets + 1)
  note(redis.call('ZRANGEBYSCORE', due_jobs, least, most, 'LIMIT', 0, 1))
end
return found
