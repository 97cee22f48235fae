-- door-to-inbox: what lies at the door goes into the inbox, oldest first, and is accepted with that. It leaves the door only
-- when the inbox has it: what XADD refuses stays where it is, and with it all that came later.
--- @keys door inbox
--- @args most_entries room
-- most_entries: to move at most   room: bytes to move in all, about
-- Returns {how many were moved, how many are left}
local moved, left = 0, tonumber(room)
while moved < tonumber(most_entries) and left > 0 do
  local intent = redis.call('LINDEX', door, 0)
  if not intent then break end
  redis.call('XADD', inbox, '*', 'intent', intent)
  redis.call('LPOP', door)
  moved, left = moved + 1, left - #intent
end
-- Lua would keep a large one until it has need of the memory.
if left < 0 then collectgarbage() end
return { moved, redis.call('LLEN', door) }
