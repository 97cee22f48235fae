-- confirm: the bridge's last step for an entry: its callback is on the queue, or it needed nothing.
--- @keys callback inbox
--- @args group entry_id now
--- @include "../lua/reading"
-- Returns 1 if the callback became scheduled, else 0. The job may have run already: then its state stays.
local scheduled = 0
local c = read(callback, 'state', 'entry')
if c.entry == entry_id then
  redis.call('HDEL', callback, 'entry')
  if c.state == 'accepted' then
    redis.call('HSET', callback, 'state', 'scheduled', 'updatedAt', now)
    scheduled = 1
  end
end
redis.call('XACK', inbox, group, entry_id)
redis.call('XDEL', inbox, entry_id)
return scheduled
