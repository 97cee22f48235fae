-- look: what somebody may have left for the workers of destinations that are idle. Reads only.
--- @each_keys door control active_runs
-- Returns of each {1 if something lies at the door, 1 if there may be a run to carry out, of the pause of the intake since, until,
-- by and why} | {what Redis says of a control record that is none}
local paused = redis.pcall('HMGET', control, 'intakePausedAt', 'intakePausedUntil', 'intakePausedBy', 'intakePausedReason')
if paused.err then return { paused.err } end
return { redis.call('EXISTS', door), redis.call('EXISTS', active_runs), unpack(paused, 1, 4) }
