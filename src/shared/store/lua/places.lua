-- note_places(ms): from now on the callback is found by its call and by its number, newest first among its like. `ms`: when it
-- was accepted. An index that holds something else must hold up no callback: it is then not found by it.
--- @uses callback by_call by_number call_score number_score packed_id key_mark
local function note_places(ms)
  if key_mark == '' then return end
  local member = struct.pack('>I4', math.floor(ms / 1000)) .. packed_id
  redis.pcall('ZADD', by_call, call_score, member)
  redis.pcall('ZADD', by_number, number_score, member)
  redis.call('HSET', callback, 'placed', key_mark)
end
