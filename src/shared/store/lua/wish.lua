-- Whether an entry of the inbox that cancels or moves a callback counts. `c`: of the callback
--- @include "id-order" "iso-time" "entry-time"
--- @uses inbox entry_id
-- is_older_than(c, now): what is promised now was promised after it: it was meant for what lay here before. The first
-- generation does not say by which entry it came once that is gone, but when: by a clock that may be some ms ahead of ids.
local function is_older_than(c, now)
  local opener = c.entry or c.openedBy
  if opener and tonumber(string.match(opener, '^%d+')) <= now then return not is_after(entry_id, opener) end
  return c.acceptedAt ~= nil and iso_time(entry_time(entry_id, now) + 10) < c.acceptedAt
end

-- set_aside(c, now): why it is not to be acted upon; nil if it is.
--   'done'      another bridge has dealt with it
--   'outdated'  it is older than what is promised now
--   'early'     an entry before it lies in the inbox yet, and may bring the callback, or bring it back
local function set_aside(c, now)
  if #redis.call('XRANGE', inbox, entry_id, entry_id) == 0 then return 'done' end
  if c.state and is_older_than(c, now) then return 'outdated' end
  if c.state and c.state ~= 'dead' then return nil end
  return #redis.call('XRANGE', inbox, '-', '(' .. entry_id, 'COUNT', 1) > 0 and 'early' or nil
end
