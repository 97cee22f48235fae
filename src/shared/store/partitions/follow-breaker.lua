-- follow-breaker: what the breaker of a sibling has come to, or a limit that was named there, holds for this partition too.
--- @keys control breaker
--- @args seen to of since tries cause code message for_ms age_ms ramp_ms share
--- @include "../lua/control" "../lua/clock" "breaker-seen"
-- seen: how it stood here when that was decided   to: open, ramp or slow   of: the sibling
-- for_ms: until it may send a probe of its own, or until nothing is left of the limit   age_ms: since the ramp, or the limit
-- Returns 1; 0 if it stands otherwise by now.
local c, stands = seen_breaker()
if stands ~= seen then return 0 end
local now = redis_now()
if to == 'slow' then
  redis.call('HSET', control, 'slow', share, 'slowAt', now - age_ms, 'slowUntil', now + for_ms)
  control_changed()
  return 1
end
redis.call('HSET', control, 'breaker', to, 'breakerSince', since, 'breakerTries', tries, 'breakerCause', cause,
  'breakerCode', code, 'breakerMessage', message)
if to == 'open' then
  redis.call('HSET', control, 'breakerUntil', now + for_ms, 'breakerOf', of)
  redis.call('HDEL', control, 'probe', 'probeUntil', 'rampAt', 'rampMs')
  redis.call('DEL', breaker)
  begin_hold(now)
else
  redis.call('HSET', control, 'rampAt', now - age_ms, 'rampMs', ramp_ms)
  redis.call('HDEL', control, 'probe', 'probeUntil', 'breakerUntil', 'breakerOf')
  end_hold(now)
end
if c.breaker ~= to then control_changed() end
return 1
