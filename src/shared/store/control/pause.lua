-- pause: nothing more is sent (dispatch), or taken in (intake), until somebody resumes or the time is over.
--- @keys control
--- @args what by why for_ms
--- @include "../lua/control" "../lua/clock"
-- what: dispatch or intake   for_ms: how long, or ''
-- Returns {since, until or '', and of a pause that is replaced since, until, by, why, '' for what it has not}, epoch ms. It began
-- when that one began.
local now = redis_now()
local paused = what .. 'Paused'
local before = redis.call('HMGET', control, paused .. 'At', paused .. 'Until', paused .. 'By', paused .. 'Reason')
local since = before[1] or tostring(now)
local till = for_ms == '' and '' or tostring(now + for_ms)
local said = { At = since, Until = till, By = by, Reason = why }
for name, value in pairs(said) do
  if value == '' then
    redis.call('HDEL', control, paused .. name)
  else
    redis.call('HSET', control, paused .. name, value)
  end
end
if what == 'dispatch' then begin_hold(now) end
control_changed()
return { since, till, before[1] or '', before[2] or '', before[3] or '', before[4] or '' }
