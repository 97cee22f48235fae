-- speed_of(c, configured, now): how many attempts a second may begin at this moment; nil for any number. c: of the control
-- record   configured: the workers' setting, or ''   now: epoch ms, Redis'
-- A rate that is a function of time needs nobody to raise it. After an outage it grows from a tenth to all of it; after an
-- answer that names a limit, by a tenth every six seconds. Where no rate is set, from what Salesforce takes of a whole org.
local assumed_rate = 50

-- slowed_share(c, now): what answers that named a limit have left of the rate.
local function slowed_share(c, now)
  if not c.slow or tonumber(c.slowUntil) <= now then return 1 end
  return c.slow + 0.1 * math.floor(math.max(0, now - c.slowAt) / 6000)
end

local function speed_of(c, configured, now)
  local rate = tonumber(configured)
  if c.rate then rate = tonumber(c.rate) end
  local share = 1
  if c.breaker == 'ramp' then share = 0.1 + 0.9 * math.max(0, now - c.rampAt) / c.rampMs end
  share = math.min(share, 1) * slowed_share(c, now)
  if share >= 1 then return rate end
  return (rate or assumed_rate) * share
end
