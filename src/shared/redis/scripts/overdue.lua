-- overdue: which of these callbacks have not ended and are past every time they name. Reads only.
-- KEYS callback:<id>, any number of them   ARGV[1] the time, ISO
-- Returns {key, state, generation, ...}. One call for a page of the ledger costs a tenth of a call for each callback.
local found = {}
for _, key in ipairs(KEYS) do
  -- pcall: a key of another type is somebody else's, and no reason to look no further.
  local state, generation, due_at, next_at, updated_at =
    unpack(redis.pcall('HMGET', key, 'state', 'generation', 'dueAt', 'nextAttemptAt', 'updatedAt'))
  local open = state and state ~= 'booked' and state ~= 'dead' and state ~= 'cancelled'
  if open and (due_at or '') <= ARGV[1] and (next_at or '') <= ARGV[1] and (updated_at or '') <= ARGV[1] then
    found[#found + 1] = key
    found[#found + 1] = state
    found[#found + 1] = generation
  end
end
return found
