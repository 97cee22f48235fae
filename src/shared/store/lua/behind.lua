-- behind(key, score, id): the rank in a sorted set of what comes first behind a score and, of that score, behind an id ('' for
-- none). What stood there may have left since.
-- Redis orders by bytes; Lua, in Redis, by the language of the machine.
local function sorts_before(one, other)
  for at = 1, math.min(#one, #other) do
    local a, b = string.byte(one, at), string.byte(other, at)
    if a ~= b then return a < b end
  end
  return #one < #other
end

local function behind(key, score, id)
  local first = redis.call('ZCOUNT', key, '-inf', '(' .. score)
  local after = first + redis.call('ZCOUNT', key, score, score)
  while first < after do
    local middle = math.floor((first + after) / 2)
    if sorts_before(id, redis.call('ZRANGE', key, middle, middle)[1]) then
      after = middle
    else
      first = middle + 1
    end
  end
  return first
end
