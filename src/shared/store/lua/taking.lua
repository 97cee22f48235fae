-- What leaves an inbox is counted, so that it can be told what left it otherwise: an XADD with MAXLEN or MINID, an XTRIM or an
-- XDEL by hand take away what nobody has read yet, and no rule of Redis forbids the first to whoever may enqueue.
--- @include "entries-gone"
--- @uses inbox intake group
-- take_entries(entries): they have got where they belong.
local function take_entries(entries)
  redis.call('XACK', inbox, group, unpack(entries))
  local left = redis.call('XDEL', inbox, unpack(entries))
  if left == 0 then return end
  local taken = redis.pcall('HINCRBY', intake, 'taken', left)
  if type(taken) ~= 'number' or math.floor((taken - 1) / 1000) == math.floor((taken - left - 1) / 1000) then return end
  -- What was gone before we began to count, or with a stream in whose place there is a new one, is not held against anybody.
  local gone, before = entries_gone(taken), tonumber(redis.call('HGET', intake, 'goneBefore'))
  if gone and (not before or gone < before) then redis.call('HSET', intake, 'goneBefore', gone) end
end

local function take_entry(entry) take_entries({ entry }) end
