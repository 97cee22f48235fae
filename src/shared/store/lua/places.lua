-- note_places(ms): from now on the callback is found by its call and by its number, newest first among its like. `ms`: when it
-- was accepted. An index that holds something else must hold up no callback: it is then not found by it.
--- @uses callback by_call by_number id call_score number_score key_mark number_print
-- Many ids are UUIDs, which take 36 bytes and are 16. No other id begins with '#'. prune.lua and places.ts read it.
local function packed_id()
  if #id ~= 36 or string.find(id, '%u') then return id end
  local a, b, c, d, e, f = string.match(id, '^(%x%x%x%x%x%x%x%x)%-(%x%x%x%x)%-(%x%x%x%x)%-(%x%x%x%x)%-(%x%x%x%x)(%x+)$')
  if not f then return id end
  return '#' .. struct.pack('>I4I4I4I4', tonumber(a, 16), tonumber(b .. c, 16), tonumber(d .. e, 16), tonumber(f, 16))
end

local function note_places(ms)
  if key_mark == '' then return end
  local member = struct.pack('>I4', math.floor(ms / 1000)) .. packed_id()
  redis.pcall('ZADD', by_call, call_score, member)
  redis.pcall('ZADD', by_number, number_score, member)
  redis.call('HSET', callback, 'placed', key_mark)
  -- Stands for a number that is sealed.
  if number_print ~= '' then redis.call('HSET', callback, 'numberPrint', number_print) end
end
