-- letters-after: dead letters by time of death and id, from behind a place on. What stood at that place may have left since.
--- @keys dead_letters
--- @args score after_id most
-- after_id: of those that died then, these ids and smaller ones are left out; '' for none
-- Returns ids and times of death in turn.
-- Redis orders by bytes; Lua, in Redis, by the language of the machine.
local function sorts_before(one, other)
  for at = 1, math.min(#one, #other) do
    local a, b = string.byte(one, at), string.byte(other, at)
    if a ~= b then return a < b end
  end
  return #one < #other
end

local first = redis.call('ZCOUNT', dead_letters, '-inf', '(' .. score)
local after = first + redis.call('ZCOUNT', dead_letters, score, score)
while first < after do
  local middle = math.floor((first + after) / 2)
  local id = redis.call('ZRANGE', dead_letters, middle, middle)[1]
  if sorts_before(after_id, id) then
    after = middle
  else
    first = middle + 1
  end
end
return redis.call('ZRANGE', dead_letters, first, first + most - 1, 'WITHSCORES')
