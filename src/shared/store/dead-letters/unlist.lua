-- unlist: ids in an index of dead letters that name none leave both. One that is dead stays, and so does one that cannot
-- be read: whoever wrote it may know better.
--- @keys dead_letters letter_reasons ...callbacks
--- @args ...ids
--- @include "../lua/try-read" "../lua/states" "../lua/letters"
-- Returns two for each that left that by time: {id, what its ledger says}
local function why_not_dead(key)
  local c = try_read(key, 'state', 'discardedAt', 'v')
  if not c or c.v and c.v ~= '1' then return nil end
  if c.state == 'dead' then return c.discardedAt and 'discarded' end
  if is_open(c.state) or is_end(c.state) then return c.state end
  if not c.state and redis.call('EXISTS', key) == 0 then return 'missing' end
end

local left = {}
for i, id in ipairs(ids) do
  local is = why_not_dead(callbacks[i])
  if is then redis.call('ZREM', letter_reasons, id) end
  if is and unlist_letter(id) then
    left[#left + 1] = id
    left[#left + 1] = is
  end
end
return left
