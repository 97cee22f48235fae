-- read-entries: entries of the inbox, measured before they are given away: of one that is too large only what can be said
-- of it. Reads only.
-- KEYS[1] inbox
-- ARGV[1] bytes that an entry may hold   ARGV[2] fields that it may have   ARGV[3] bytes to give in all, about
-- ARGV[4] bytes to give of what is too large   ARGV[5] bytes up to which that is hashed
-- ARGV[6] id after which to read, or ''   ARGV[7] how many entries then, or ''   ARGV[8] and all that follow: ids, if not
-- Returns, in turn, fewer than asked for where they are too much for one reply: {id, 'missing'} | {id, 'whole', {name, value, …}}
--       | {id, 'large', bytes, fields, length of its content, beginning, SHA-1 or ''}
local key = KEYS[1]
local most_bytes, most_fields, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local read = {}

local function size_of(values)
  local bytes = 0
  for i = 1, #values do bytes = bytes + #values[i] end
  return bytes
end

local function beginning_of(values, left)
  local parts = {}
  for i = 1, #values do
    if left <= 0 then break end
    parts[#parts + 1] = string.sub(values[i], 1, left)
    left = left - #values[i]
  end
  return table.concat(parts)
end

-- What somebody meant to send is its only value, where it has the right name, and all names and values otherwise.
local function describe(values, bytes)
  local content, length, fields = values, bytes, #values / 2
  if #values == 2 and values[1] == 'intent' then content, length = { values[2] }, #values[2] end
  local sha1 = length <= tonumber(ARGV[5]) and redis.sha1hex(table.concat(content)) or ''
  return { bytes, fields, length, beginning_of(content, tonumber(ARGV[4])), sha1 }
end

-- Whether there is room for more.
local function take(entry)
  local id, values = entry[1], entry[2]
  local bytes = size_of(values)
  if bytes > most_bytes or #values > 2 * most_fields then
    read[#read + 1] = { id, 'large', unpack(describe(values, bytes)) }
    -- Redis has others to serve, and has just been busy with this one.
    return false
  end
  -- Each value has some bytes around it.
  room = room - bytes - 16 * #values
  if room < 0 and #read > 0 then return false end
  read[#read + 1] = { id, 'whole', values }
  return true
end

local function read_after(id)
  for _ = 1, tonumber(ARGV[7]) do
    local entry = redis.call('XRANGE', key, '(' .. id, '+', 'COUNT', 1)[1]
    if not entry or not take(entry) then return end
    id = entry[1]
    -- XRANGE refuses to look for anything after it.
    if id == '18446744073709551615-18446744073709551615' then return end
  end
end

-- ARGV[8] is the first of them.
local function read_ids()
  for i = 8, #ARGV do
    local entry = redis.call('XRANGE', key, ARGV[i], ARGV[i])[1]
    if not entry then read[#read + 1] = { ARGV[i], 'missing' } elseif not take(entry) then return end
  end
end

if ARGV[6] ~= '' then read_after(ARGV[6]) else read_ids() end
-- Lua would keep what it was shown of a large one until it has need of the memory.
local last = read[#read]
if last and last[2] == 'large' and last[3] > 1048576 then collectgarbage() end
return read
