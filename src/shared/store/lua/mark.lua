-- mark(key): from now on, and for good: the customer may be called twice.
--- @include "stats"
local function mark(key)
  if redis.call('HSET', key, 'possibleDuplicate', '1') == 1 then count('possible-duplicates') end
end
