-- realign: brings the ids of a stream back to Redis' clock, by a new stream in its place. XSETID cannot: it leaves entries and
-- groups where they are, and newer servers refuse it below the highest id that was ever deleted. What was taken in time keeps its
-- id; what has an id ahead of the clock gets one of now, in the same order, and whatever names it by the old one is told. Groups
-- keep their places and what they hold. All of it is built aside first: whatever fails before RENAME has changed nothing.
-- KEYS[1] stream   KEYS[2] where the new one is built   KEYS[3] and all that follow, two for each entry that ARGV names: the
-- callback it is about, and the dead letter it was redriven from (or the callback once more)
-- ARGV[1] most entries, and most that a group holds   ARGV[2] most bytes of memory   ARGV[3] '1': every entry that moves has to be
-- named   ARGV[4] and all that follow: entry ids
-- Returns {'sound'} | {'realigned', entries that got a new id} | {'too-many', entries} | {'too-large', bytes}
--       | {'changed'}  an entry has come that was not named: read the stream again
local stream, aside = KEYS[1], KEYS[2]
local most = tonumber(ARGV[1])

local function fields_of(list)
  local fields = {}
  for at = 1, #list, 2 do fields[list[at]] = list[at + 1] end
  return fields
end

-- Both halves of an id have 64 bits, more than a number of Lua counts: decimals without leading zeros compare by length first.
local function is_after(one, other)
  local ms, seq = string.match(one, '^(%d+)-(%d+)$')
  local other_ms, other_seq = string.match(other, '^(%d+)-(%d+)$')
  if ms == other_ms then ms, other_ms = seq, other_seq end
  if #ms ~= #other_ms then return #ms > #other_ms end
  return ms > other_ms
end

if redis.call('EXISTS', stream) == 0 then return { 'sound' } end
local now = string.format('%.0f-18446744073709551615', redis_now())
local about = fields_of(redis.call('XINFO', 'STREAM', stream))
if not is_after(about['last-generated-id'], now) then return { 'sound' } end
if about['length'] > most then return { 'too-many', about['length'] } end
-- Asked before anything is read. Who may not ask does without.
local bytes = redis.pcall('MEMORY', 'USAGE', stream, 'SAMPLES', '0')
if type(bytes) == 'number' and bytes > tonumber(ARGV[2]) then return { 'too-large', bytes } end

local keys_of = {}
for at = 4, #ARGV do keys_of[ARGV[at]] = 3 + 2 * (at - 4) end
local entries = redis.call('XRANGE', stream, '-', '+')
for _, entry in ipairs(entries) do
  if ARGV[3] == '1' and is_after(entry[1], now) and not keys_of[entry[1]] then return { 'changed' } end
  -- Lua passes at most eight thousand values to a call.
  if #entry[2] > 7000 then return { 'too-large', #entry[2] } end
end

redis.call('DEL', aside)
local new_id, moved = {}, 0
for _, entry in ipairs(entries) do
  local id, values = entry[1], entry[2]
  local is_ahead_of_time = is_after(id, now)
  if is_ahead_of_time then moved = moved + 1 end
  new_id[id] = redis.call('XADD', aside, is_ahead_of_time and '*' or id, unpack(values))
end

-- No id is given twice: whatever was given before now is behind the stream, as it was.
local top = redis.call('XADD', aside, '*', '', '')
redis.call('XDEL', aside, top)

for _, list in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local group = fields_of(list)
  local delivered = group['last-delivered-id']
  local position = delivered
  if is_after(delivered, now) then
    position = top
    for at = #entries, 1, -1 do
      if not is_after(entries[at][1], delivered) then break end
      position = entries[at - 1] and new_id[entries[at - 1][1]] or '0-0'
    end
  end
  redis.call('XGROUP', 'CREATE', aside, group['name'], position, 'MKSTREAM')
  local held = redis.call('XPENDING', stream, group['name'], '-', '+', most + 1)
  if #held > most then
    redis.call('DEL', aside)
    return { 'too-many', #held }
  end
  for _, each in ipairs(held) do
    local id, consumer, idle, deliveries = unpack(each)
    -- What was deleted while somebody held it cannot be given to anybody.
    if new_id[id] then
      redis.call('XCLAIM', aside, group['name'], consumer, 0, new_id[id], 'IDLE', idle, 'RETRYCOUNT', deliveries, 'FORCE',
        'JUSTID')
    end
  end
end
redis.call('RENAME', aside, stream)

for id, at in pairs(keys_of) do
  local new = new_id[id]
  if new and new ~= id then
    if redis.pcall('HGET', KEYS[at], 'entry') == id then redis.call('HSET', KEYS[at], 'entry', new) end
    if redis.pcall('HGET', KEYS[at + 1], 'redrivenAs') == id then redis.call('HSET', KEYS[at + 1], 'redrivenAs', new) end
  end
end
return { 'realigned', moved }
