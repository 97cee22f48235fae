-- Why nothing may be sent to a destination. c: of its control record   now: epoch ms, Redis'
-- pause_of(c, now): until when it is paused, '' if nobody has said; nil if it is not, or not any more.
local function pause_of(c, now)
  if not c.dispatchPausedAt then return nil end
  if not c.dispatchPausedUntil then return '' end
  return tonumber(c.dispatchPausedUntil) > now and c.dispatchPausedUntil or nil
end

-- closed_until(c, now): until when its breaker lets nothing pass; nil if it is closed, or a probe may be sent.
local function closed_until(c, now)
  if c.breaker ~= 'open' then return nil end
  if tonumber(c.breakerUntil) > now then return c.breakerUntil end
  if c.probe and tonumber(c.probeUntil) > now then return c.probeUntil end
  return nil
end
