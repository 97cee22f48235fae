-- unlist: ids in the index of dead letters that name none leave it. One that is dead stays, and so does one that cannot
-- be read: whoever wrote it may know better.
-- KEYS[1] dead-letters   KEYS[2] and all that follow: callback:<id>, any number of them
-- ARGV[1] and all that follow: their ids
-- Returns two for each that left: {id, what its ledger says}
local not_dead = { accepted = true, scheduled = true, attempting = true, retrying = true, booked = true, cancelled = true }
local left = {}

local function standing(key)
  local fields = redis.pcall('HMGET', key, 'state', 'discardedAt', 'v')
  if fields.err then return nil end
  local state, discarded_at, v = unpack(fields)
  if v and v ~= '1' then return nil end
  if not_dead[state] then return state end
  if state == 'dead' and discarded_at then return 'discarded' end
  if not state and redis.call('EXISTS', key) == 0 then return 'missing' end
end

for i = 2, #KEYS do
  local id, is = ARGV[i - 1], standing(KEYS[i])
  if is and redis.call('ZREM', KEYS[1], id) == 1 then
    left[#left + 1] = id
    left[#left + 1] = is
  end
end
return left
