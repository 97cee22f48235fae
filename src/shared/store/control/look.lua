-- look: what somebody may have left for the workers of destinations that are idle. Reads only.
--- @args group
--- @each_keys door control inbox active_runs schedule active_jobs due_jobs waiting_jobs delayed_jobs
--- @include "../lua/clock"
-- group: the bridge's
-- Returns of each {1 if something lies at the door, 1 if entries of the inbox may be unconfirmed, 1 if there may be a run to
-- carry out, 1 if a worker has a job, 1 if there are jobs that none has, in how many ms the first is due that is put off, or '',
-- of the pause of the intake since, until, by and why} | nil: nothing of it | {what Redis says of a control record that is none}
local paused = redis.pcall('HMGET', control, 'intakePausedAt', 'intakePausedUntil', 'intakePausedBy', 'intakePausedReason')
if paused.err then return { paused.err } end
-- Where a key of another type is, nothing can be put off.
local first = redis.pcall('ZRANGE', schedule, 0, 0, 'WITHSCORES')
local wait = first[2] and first[2] - redis_now() or ''
local has_door, has_runs = redis.call('EXISTS', door), redis.call('EXISTS', active_runs)
local has_active = redis.call('EXISTS', active_jobs)
local has_jobs = redis.call('EXISTS', due_jobs, waiting_jobs, delayed_jobs) > 0 and 1 or 0
-- Where there is no group, or no stream, whoever asks for the entries is told.
local pending = redis.pcall('XPENDING', inbox, group)
local has_pending = (pending.err or pending[1] > 0) and 1 or 0
local any = has_door + has_pending + has_runs + has_active + has_jobs > 0 or wait ~= '' or paused[1]
-- Of hundreds of idle destinations the answer is short.
if not any then return false end
return { has_door, has_pending, has_runs, has_active, has_jobs, wait, unpack(paused, 1, 4) }
