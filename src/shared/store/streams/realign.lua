-- realign: brings the ids of a stream back to Redis' clock, by a new stream in its place. XSETID cannot: it leaves entries and
-- groups where they are, and newer servers refuse it below the highest id that was ever deleted. What was taken in time keeps its
-- id; what has an id ahead of the clock gets one of now, in the same order, and whatever names it by the old one is told. Groups
-- keep their places and what they hold. All of it is built aside first: whatever fails before RENAME has changed nothing.
--- @keys stream aside intake ...about
--- @args most_entries most_bytes must_be_named ...entry_ids
--- @include "../lua/id-order" "rebuild" "../lua/clock" "../lua/fields-of"
-- about: two for each of entry_ids: the callback it is about, and the dead letter it was redriven from (or the callback again)
-- most_entries: also of what a group holds   must_be_named: '1' if every entry that moves has to be among entry_ids
-- Returns {'aligned'} | {'realigned', entries that got a new id} | {'too-many', entries} | {'too-large', bytes}
--       | {'changed'}  an entry has come that was not named: read the stream again
if redis.call('EXISTS', stream) == 0 then return { 'aligned' } end
local now = string.format('%.0f-18446744073709551615', redis_now())
local info = fields_of(redis.call('XINFO', 'STREAM', stream))
if not is_after(info['last-generated-id'], now) then return { 'aligned' } end
if info['length'] > tonumber(most_entries) then return { 'too-many', info['length'] } end
-- Asked before anything is read. Who may not ask does without.
local bytes = redis.pcall('MEMORY', 'USAGE', stream, 'SAMPLES', '0')
if type(bytes) == 'number' and bytes > tonumber(most_bytes) then return { 'too-large', bytes } end

local is_named = {}
for _, id in ipairs(entry_ids) do is_named[id] = true end
local entries = redis.call('XRANGE', stream, '-', '+')
for _, entry in ipairs(entries) do
  if must_be_named == '1' and is_after(entry[1], now) and not is_named[entry[1]] then return { 'changed' } end
  -- Lua passes at most eight thousand values to a call.
  if #entry[2] > 7000 then return { 'too-large', #entry[2] } end
end

redis.call('DEL', aside)
local new_id, moved = copy_entries(entries, now)
-- No id is given twice: whatever was given before now is behind the stream, as it was.
local top = redis.call('XADD', aside, '*', '', '')
redis.call('XDEL', aside, top)
for _, list in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local group = fields_of(list)
  local name, position = group['name'], group['last-delivered-id']
  if is_after(position, now) then position = new_position(position, entries, new_id, top) end
  redis.call('XGROUP', 'CREATE', aside, name, position, 'MKSTREAM')
  local too_many = copy_held(name, new_id)
  if too_many then
    redis.call('DEL', aside)
    return { 'too-many', too_many }
  end
end
redis.call('RENAME', aside, stream)
-- What has left an inbox is counted from here on: the new stream knows nothing of what was added to the old one.
if must_be_named == '1' then redis.call('DEL', intake) end
for at, id in ipairs(entry_ids) do
  local new, callback, letter = new_id[id], about[2 * at - 1], about[2 * at]
  if new and new ~= id then
    if redis.pcall('HGET', callback, 'entry') == id then redis.call('HSET', callback, 'entry', new) end
    if redis.pcall('HGET', letter, 'redrivenAs') == id then redis.call('HSET', letter, 'redrivenAs', new) end
  end
end
return { 'realigned', moved }
