-- What attempts have come to lately, for people who ask whether it works: counts by outcome and code, a quarter of an hour
-- each, of which the last five are kept. So the hash stays as small as there are codes, whatever passes through. Beside them
-- how many have failed in a row since the last booking: in a busy hour the bookings before an outage would hide it.
-- `key`: recent   `what`: as in 'booked' or 'unavailable:connect'   `now`: ISO   `now_ms`: epoch ms

local function note_recent(key, what, now, now_ms)
  if what == '' then return end
  if what == 'booked' then
    redis.call('HSET', key, 'bookedAt', now, 'failedSince', 0)
  elseif string.match(what, '^unavailable') or string.match(what, '^uncertain') then
    redis.call('HINCRBY', key, 'failedSince', 1)
  end
  local slot = math.floor(tonumber(now_ms) / 900000)
  local field = slot .. ':' .. what
  if redis.call('HINCRBY', key, field, 1) > 1 then return end
  for _, name in ipairs(redis.call('HKEYS', key)) do
    local counted_in = tonumber(string.match(name, '^(%d+):'))
    if counted_in and counted_in <= slot - 5 then redis.call('HDEL', key, name) end
  end
end
