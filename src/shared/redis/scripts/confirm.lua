-- confirm: the bridge's last step for an entry: its callback is on the queue, or it needed nothing.
-- KEYS[1] callback:<id>   KEYS[2] inbox
-- ARGV[1] group   ARGV[2] entry id   ARGV[3] now, ISO
-- Returns 1 if the callback became scheduled, else 0. The job may have run already: then its state stays.
local scheduled = 0
local state, entry = unpack(redis.call('HMGET', KEYS[1], 'state', 'entry'))
if entry == ARGV[2] then
  redis.call('HDEL', KEYS[1], 'entry')
  if state == 'accepted' then
    redis.call('HSET', KEYS[1], 'state', 'scheduled', 'updatedAt', ARGV[3])
    scheduled = 1
  end
end
redis.call('XACK', KEYS[2], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[2], ARGV[2])
return scheduled
