-- resume: what was paused goes on.
--- @keys control
--- @args ...what
--- @include "../lua/control" "../lua/clock"
-- what: dispatch, intake, or both
-- Returns those of them that were paused.
local now = redis_now()
local resumed = {}
for _, each in ipairs(what) do
  local paused = each .. 'Paused'
  if redis.call('HDEL', control, paused .. 'At') == 1 then resumed[#resumed + 1] = each end
  redis.call('HDEL', control, paused .. 'Until', paused .. 'By', paused .. 'Reason')
end
end_hold(now)
if #resumed > 0 then control_changed() end
return resumed
