-- inspect-breaker: how it stands with the breaker of one partition, for its siblings. Reads only. Times are ms from now: what one
-- server calls now another one does not.
--- @keys control
--- @include "../lua/clock" "../lua/hold" "../lua/speed" "breaker-seen"
-- Returns {'closed', 'open' or 'ramp', as it was seen, since when, ms until a probe may be sent or '', 1 if one is under way,
-- probes that failed, cause, code, message, whom it follows, ms since the ramp began, ms of it, share of the rate that limits
-- have left, to which the last one cut it, ms since then, ms until nothing is left of that}
local now = redis_now()
local c, seen = seen_breaker()
local is_over = c.breaker == 'ramp' and now >= c.rampAt + c.rampMs
local state = not is_over and c.breaker or 'closed'
local till = closed_until(c, now)
local is_probing = state == 'open' and c.probe and tonumber(c.probeUntil) > now
local share = slowed_share(c, now)
local slowed = share < 1 and { c.slow, now - c.slowAt, c.slowUntil - now } or {}
return { state, seen, c.breakerSince or '', till and till - now or '', is_probing and 1 or 0, c.breakerTries or '0',
  c.breakerCause or '', c.breakerCode or '', c.breakerMessage or '', c.breakerOf or '',
  c.rampAt and now - c.rampAt or '', c.rampMs or '', tostring(share), unpack(slowed) }
