-- How many callbacks a number has had lately, as far as that is of interest.
--- @uses by_number number_score key_mark
local counted, lately_s = 6, 7200

-- nth_lately(now): the how many-th callback within two hours this one, which the index has by now, is for its number: 6 stands
-- for more; 1 where that cannot be known. The newest come first, each with four bytes of time before its id (places.lua). One
-- that came twice counts once. An index that is something else holds up no callback.
local function nth_lately(now)
  if key_mark == '' then return 1 end
  local newest = redis.pcall('ZREVRANGEBYSCORE', by_number, number_score, number_score, 'LIMIT', 0, counted)
  if newest.err then return 1 end
  local since = now / 1000 - lately_s
  local ids, n = {}, 0
  for _, member in ipairs(newest) do
    local id = string.sub(member, 5)
    if struct.unpack('>I4', member) >= since and not ids[id] then ids[id], n = true, n + 1 end
  end
  return n
end
