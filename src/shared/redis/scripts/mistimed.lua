-- mistimed: which of these callbacks were accepted later than now: by a clock that was ahead, or, by an older version, by the id
-- of an entry that was. Reads only.
-- KEYS[1] and all that follow: callback:<id>, any number of them
-- ARGV[1] length of what stands before the id in a key
-- Returns four for each one found: {id, state, generation, intent}   waits: it can be timed anew
--       | {id, 'dead', generation, ''}                               has expired before it was due, by the wrong time
local now, before_id = redis_now(), tonumber(ARGV[1])
local found = {}
for _, key in ipairs(KEYS) do
  -- pcall: a key of another type is somebody else's.
  local fields = redis.pcall('HMGET', key, 'state', 'acceptedAt', 'generation', 'reason', 'intent', 'v')
  local state, accepted_at, generation, reason, intent, v = unpack(fields)
  local waits = state == 'accepted' or state == 'scheduled'
  local expired = state == 'dead' and reason == 'expired'
  if not fields.err and v == '1' and accepted_at and generation and intent and (waits or expired) and is_ahead(accepted_at, now) then
    for _, value in ipairs({ string.sub(key, before_id + 1), state, generation, waits and intent or '' }) do
      found[#found + 1] = value
    end
  end
end
return found
