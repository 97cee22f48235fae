-- look: what somebody may have left for the workers of destinations that are idle. Reads only.
--- @each_keys door control active_runs schedule
--- @include "../lua/clock"
-- Returns of each {1 if something lies at the door, 1 if there may be a run to carry out, in how many ms the first is due that is
-- put off, or '', of the pause of the intake since, until, by and why} | {what Redis says of a control record that is none}
local paused = redis.pcall('HMGET', control, 'intakePausedAt', 'intakePausedUntil', 'intakePausedBy', 'intakePausedReason')
if paused.err then return { paused.err } end
-- Where a key of another type is, nothing can be put off.
local first = redis.pcall('ZRANGE', schedule, 0, 0, 'WITHSCORES')
local wait = first[2] and first[2] - redis_now() or ''
return { redis.call('EXISTS', door), redis.call('EXISTS', active_runs), wait, unpack(paused, 1, 4) }
