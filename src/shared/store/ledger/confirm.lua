-- confirm: the bridge's last step for an entry: its callback is on the queue, or it needed nothing.
--- @keys callback inbox stats numbers_now numbers_before intake expiries
--- @args group entry_id id now callback_number expires_at_ms default_expiry hour secret
--- @include "../lua/stats" "../lua/same-number" "../lua/taking" "../lua/states"
-- callback_number: '' where it is not to be counted   expires_at_ms: epoch ms, or ''
-- default_expiry: the same time, ISO, where the intent has none
-- hour: this one, since 1970   secret: for this hour, if it has none
-- Returns {1 if the callback became scheduled, else 0, where it is not the first one for its number lately which one it is,
-- else ''}. The job may have run already: then its state stays.
local scheduled, nth = 0, ''

-- Each promise is counted once: what is redriven was counted when it came.
local function count_once(c)
  if callback_number == '' or c.redrivenAt then return end
  local numbers = { current = numbers_now, previous = numbers_before, hour = tonumber(hour), secret = secret }
  local n = count_number(numbers, callback_number)
  if n < 2 then return end
  nth = n == 2 and '2' or n <= 5 and '3-5' or '6+'
  count('same-number:' .. nth)
end

local c = read(callback, 'state', 'entry', 'redrivenAt')
if c.entry == entry_id then
  redis.call('HDEL', callback, 'entry')
  if c.state == 'accepted' then
    redis.call('HSET', callback, 'state', 'scheduled', 'updatedAt', now)
    scheduled = 1
  end
  count_once(c)
  -- Whatever holds it up: nobody has to come to it for it to be found when its time is over.
  if expires_at_ms ~= '' and is_open(c.state) then
    redis.call('ZADD', expiries, expires_at_ms, id)
    if default_expiry ~= '' then redis.call('HSET', callback, 'expiresAt', default_expiry) end
  end
end
take_entry(entry_id)
return { scheduled, nth }
