-- take-expired: of callbacks that stand in the index of expiries, those that are to end now. What has ended, or has no time
-- any more, leaves the index. Everything else is looked at again later: what is to end too, so that one that cannot be ended
-- holds up no other; so is an attempt that is under way, or in doubt.
--- @keys expiries ...callbacks
--- @args now again_at_ms ...ids
--- @include "../lua/try-read" "../lua/states"
-- now: ISO   again_at_ms: epoch ms
-- Returns three for each that is to end: {id, generation, intent}
local function fate(c)
  if not c or c.v and c.v ~= '1' then return 'look again' end
  if not c.state or is_end(c.state) or not c.expiresAt then return 'leaves' end
  -- Promised anew: it comes into the index again when it is scheduled, by the time that it has now.
  if c.state == 'accepted' then return 'leaves' end
  return is_waiting(c.state) and c.expiresAt <= now and not c.uncertainSince and 'ends' or 'look again'
end

local ending = {}
for i, id in ipairs(ids) do
  local c = try_read(callbacks[i], 'state', 'generation', 'intent', 'expiresAt', 'uncertainSince', 'v')
  local is = fate(c)
  if is == 'leaves' then
    redis.call('ZREM', expiries, id)
  else
    redis.call('ZADD', expiries, again_at_ms, id)
  end
  if is == 'ends' then
    for _, value in ipairs({ id, c.generation or '', c.intent or '' }) do ending[#ending + 1] = value end
  end
end
return ending
