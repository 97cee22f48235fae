-- Whether an entry of the inbox that cancels or moves a callback counts. `c`: of the callback
--- @include "id-order" "iso-time" "entry-time"
--- @uses inbox entry_id
-- follows(other, now): it came after that entry. An id that is ahead of the clock says nothing.
local function follows(other, now)
  return tonumber(string.match(other, '^%d+')) > now or is_after(entry_id, other)
end

-- is_meant_for(c, now): it came after what is promised now, and not before, for what lay here then. The first generation does
-- not say by which entry it came once that is gone, but when: by a clock that may be some ms ahead of ids.
local function is_meant_for(c, now)
  local opener = c.entry or c.openedBy
  if opener then return follows(opener, now) end
  return not c.acceptedAt or iso_time(entry_time(entry_id, now) + 10) >= c.acceptedAt
end

-- set_aside(c, now): why it is not to be acted upon; nil if it is.
--   'done'      another bridge has dealt with it
--   'outdated'  it is older than what is promised now
--   'early'     an entry before it lies in the inbox yet, and may bring the callback, or bring it back
--   'missing'   there is no such callback: nothing, or what never was one
local function set_aside(c, now)
  if #redis.call('XRANGE', inbox, entry_id, entry_id) == 0 then return 'done' end
  if c.state and not is_meant_for(c, now) then return 'outdated' end
  if c.state and c.state ~= 'dead' then return nil end
  if #redis.call('XRANGE', inbox, '-', '(' .. entry_id, 'COUNT', 1) > 0 then return 'early' end
  return not c.intent and 'missing' or nil
end
