-- read-entries: entries of the inbox, measured before they are given away: of one that is too large only what can be said
-- of it. Reads only.
--- @keys inbox
--- @args most_bytes most_fields room kept_bytes hashed_bytes after_id most_entries ...ids
--- @include "describe-large"
-- most_bytes, most_fields: that an entry may hold   room: bytes to give in all, about   kept_bytes: to give of what is too large
-- hashed_bytes: up to which that is hashed   after_id, most_entries: read what follows, so many; or '', and the ids
-- Returns, in turn, fewer than asked for where they are too much for one reply: {id, 'missing'} | {id, 'whole', {name, value, …}}
--       | {id, 'large', bytes, fields, length of its content, beginning, SHA-1 or ''}
local last_possible_id = '18446744073709551615-18446744073709551615'
local left = tonumber(room)
local found = {}

-- Whether there is room for more.
local function take(entry)
  local id, values = entry[1], entry[2]
  local bytes = size_of(values)
  if bytes > tonumber(most_bytes) or #values > 2 * tonumber(most_fields) then
    found[#found + 1] = { id, 'large', unpack(describe_large(values, bytes)) }
    -- Redis has others to serve, and has just been busy with this one.
    return false
  end
  -- Each value has some bytes around it.
  left = left - bytes - 16 * #values
  if left < 0 and #found > 0 then return false end
  found[#found + 1] = { id, 'whole', values }
  return true
end

local function read_after(id)
  for _ = 1, tonumber(most_entries) do
    local entry = redis.call('XRANGE', inbox, '(' .. id, '+', 'COUNT', 1)[1]
    if not entry or not take(entry) then return end
    id = entry[1]
    -- XRANGE refuses to look for anything after it.
    if id == last_possible_id then return end
  end
end

local function read_these()
  for _, id in ipairs(ids) do
    local entry = redis.call('XRANGE', inbox, id, id)[1]
    if not entry then found[#found + 1] = { id, 'missing' } elseif not take(entry) then return end
  end
end

if after_id ~= '' then read_after(after_id) else read_these() end
-- Lua would keep what it was shown of a large one until it has need of the memory.
local last = found[#found]
if last and last[2] == 'large' and last[3] > 1048576 then collectgarbage() end
return found
