-- What the breaker of a destination comes to by an attempt. rules: as in breaker.lua   now: epoch ms, Redis'
--- @include "control" "speed"
--- @uses control breaker signal code message retry_after_ms
-- open_breaker(now, tries, rules): nothing is sent until the next probe, which waits the longer the more have failed.
local function open_breaker(now, tries, rules)
  local wait = math.min(rules.most, rules.least * 2 ^ math.min(tries, 20))
  local asked = math.min(tonumber(retry_after_ms) or 0, 3600000)
  redis.call('HSET', control, 'breaker', 'open', 'breakerUntil', now + math.max(wait, asked), 'breakerTries', tries,
    'breakerCode', code, 'breakerMessage', message)
  redis.call('HDEL', control, 'probe', 'probeUntil', 'rampAt', 'rampMs', 'breakerOf')
  redis.call('DEL', breaker)
end

local function judge_probe(c, now, rules)
  if signal == c.breakerCause or signal ~= 'ok' and not string.match(signal, '^refusal:') then
    open_breaker(now, (tonumber(c.breakerTries) or 0) + 1, rules)
    return true
  end
  redis.call('HSET', control, 'breaker', 'ramp', 'rampAt', now, 'rampMs', rules.ramp)
  redis.call('HDEL', control, 'probe', 'probeUntil', 'breakerUntil', 'breakerOf')
  end_hold(now)
  control_changed()
  return false
end

-- An answer that names a limit slows all, once a second at most: those that were under way with it say the same.
local function slow_down(c, now)
  if c.slowAt and now - c.slowAt < 1000 then return end
  local share = math.max(slowed_share(c, now) / 2, 0.015625)
  redis.call('HSET', control, 'slow', share, 'slowAt', now, 'slowUntil', now + math.ceil((1 - share) * 10) * 6000)
  control_changed()
end
