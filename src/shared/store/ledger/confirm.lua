-- confirm: the bridge's last step for entries: their callbacks are on the queue, are put off by this, or needed nothing.
--- @keys inbox stats intake expiries flow schedule
--- @args group now
--- @each_keys callback
--- @each_args id entry_id nth_of_number expires_at_ms default_expiry put_off_until_ms
--- @finally confirm_page
--- @include "../lua/stats" "../lua/states" "../lua/epoch-ms" "../lua/schedule" "confirmed-page"
-- nth_of_number: as in same-number.lua, or '' where nothing was promised   expires_at_ms: epoch ms, or ''
-- default_expiry: the same time, ISO, where the intent has none   put_off_until_ms: when it is due, if it has no job yet, or ''
-- Returns of each {1 if the callback became scheduled, else 0, where it is not the first one for its number lately which one it
-- is, else '', when it is due if it became scheduled and somebody has moved it, else ''}. The job may have run already: then its
-- state stays.
local scheduled, nth, due_at = 0, '', ''

-- Each promise is counted once: what is redriven was counted when it came.
local function count_once(c)
  local n = tonumber(nth_of_number) or 1
  if n < 2 or c.redrivenAt then return end
  nth = n == 2 and '2' or n <= 5 and '3-5' or '6+'
  count('same-number:' .. nth)
end

local c = read(callback, 'state', 'entry', 'redrivenAt', 'dueAt', 'rescheduledAt', 'generation')
if c.entry == entry_id then
  redis.call('HDEL', callback, 'entry')
  if c.state == 'accepted' then
    redis.call('HSET', callback, 'state', 'scheduled', 'updatedAt', now)
    scheduled = 1
    local how_soon = c.dueAt and c.dueAt > now and 'put-off' or 'due'
    flow_of[how_soon] = (flow_of[how_soon] or 0) + 1
    due_at = c.rescheduledAt and c.dueAt or ''
    local until_ms = due_at ~= '' and epoch_ms(due_at) or put_off_until_ms
    if until_ms ~= '' then put_off(id, c.generation, until_ms) end
  end
  count_once(c)
  -- Whatever holds it up: nobody has to come to it for it to be found when its time is over. One that was moved since it was
  -- opened is not too old by the time that it was due before.
  local was_moved_beyond = c.rescheduledAt and default_expiry ~= '' and default_expiry <= c.dueAt
  if expires_at_ms ~= '' and is_open(c.state) and not was_moved_beyond then
    redis.call('ZADD', expiries, expires_at_ms, id)
    if default_expiry ~= '' then redis.call('HSET', callback, 'expiresAt', default_expiry) end
  end
end
entries[#entries + 1] = entry_id
return { scheduled, nth, due_at }
