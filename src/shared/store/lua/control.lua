-- The control record of a destination: what people and the breaker have decided about it. Times in it are epoch ms, Redis'.
--- @uses control
-- control_changed(): every worker that goes on by what it knew finds out before it opens another attempt.
local function control_changed() redis.call('HINCRBY', control, 'version', 1) end

-- For as long as nothing may be sent, no callback's time runs out: the time is added up, and begin takes it off.
local function begin_hold(now) redis.call('HSETNX', control, 'heldSince', now) end

-- What customers asked for before this moment is backlog, and leaves a share of the rate to what they ask for after it.
local function begin_backlog(at)
  if at > tonumber(redis.call('HGET', control, 'backlogBefore') or '0') then
    redis.call('HSET', control, 'backlogBefore', at)
  end
end

local function end_hold(now)
  local c = read(control, 'dispatchPausedAt', 'breaker', 'heldSince', 'heldMs')
  if c.dispatchPausedAt or c.breaker == 'open' or not c.heldSince then return end
  redis.call('HSET', control, 'heldMs', (tonumber(c.heldMs) or 0) + now - c.heldSince)
  redis.call('HDEL', control, 'heldSince')
  begin_backlog(now)
end
