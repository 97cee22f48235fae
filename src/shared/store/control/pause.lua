-- pause: nothing more is sent (dispatch), or taken in (intake), until somebody resumes or the time is over.
--- @keys control
--- @args what by why for_ms
--- @include "../lua/control" "../lua/clock"
-- what: dispatch or intake   for_ms: how long, or ''
-- Returns {since, until or ''}, epoch ms. A pause that is there is replaced, and began when that began.
local now = redis_now()
local paused = what .. 'Paused'
local since = redis.call('HGET', control, paused .. 'At') or tostring(now)
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
return { since, till }
