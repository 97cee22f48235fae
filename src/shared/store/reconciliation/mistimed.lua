-- mistimed: which of these callbacks were accepted later than now: by a clock that was ahead, or, by an older version, by the id
-- of an entry that was. Reads only.
--- @keys ...callbacks
--- @args id_offset
--- @include "../lua/try-read" "../lua/clock" "../lua/iso-time"
-- id_offset: how many bytes stand before the id in a callback's key
-- Returns four for each one found: {id, state, generation, intent}   waits: it can be timed anew
--       | {id, 'dead', generation, ''}                               has expired before it was due, by the wrong time
local current, found = redis_now(), {}

local function look_at(key)
  -- A key of another type is somebody else's.
  local c = try_read(key, 'state', 'acceptedAt', 'generation', 'reason', 'intent', 'v')
  if not c or c.v ~= '1' or not c.acceptedAt or not c.generation or not c.intent then return end
  local waits = c.state == 'accepted' or c.state == 'scheduled'
  local expired = c.state == 'dead' and c.reason == 'expired'
  if not (waits or expired) or not is_ahead(c.acceptedAt, current) then return end
  local id = string.sub(key, tonumber(id_offset) + 1)
  for _, value in ipairs({ id, c.state, c.generation, waits and c.intent or '' }) do found[#found + 1] = value end
end

for _, key in ipairs(callbacks) do look_at(key) end
return found
