-- confirm: the bridge's last step for an entry: its callback is on the queue, or it needed nothing.
-- KEYS[1] callback:<id>   KEYS[2] inbox   KEYS[3] stats   KEYS[4] numbers of this hour   KEYS[5] numbers of the hour before
-- KEYS[6] intake
-- ARGV[1] group   ARGV[2] entry id   ARGV[3] now, ISO   ARGV[4] number, or '' where it is not to be counted
-- ARGV[5] this hour, since 1970   ARGV[6] a secret for it, if it has none
-- Returns {1 if the callback became scheduled, else 0, where it is not the first one for its number lately which one it is,
-- else ''}. The job may have run already: then its state stays.
local scheduled, nth = 0, ''
local state, entry, redriven = unpack(redis.call('HMGET', KEYS[1], 'state', 'entry', 'redrivenAt'))
if entry == ARGV[2] then
  redis.call('HDEL', KEYS[1], 'entry')
  if state == 'accepted' then
    redis.call('HSET', KEYS[1], 'state', 'scheduled', 'updatedAt', ARGV[3])
    scheduled = 1
  end
  -- Each promise is counted once: what is redriven was counted when it came.
  if ARGV[4] ~= '' and not redriven then
    local count = count_number({ current = KEYS[4], previous = KEYS[5], hour = tonumber(ARGV[5]), secret = ARGV[6],
      number = ARGV[4] })
    if count > 1 then
      nth = count == 2 and '2' or count <= 5 and '3-5' or '6+'
      redis.call('HINCRBY', KEYS[3], 'same-number:' .. nth, 1)
    end
  end
end
take_entry(KEYS[2], KEYS[6], ARGV[1], ARGV[2])
return { scheduled, nth }
