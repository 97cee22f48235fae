-- note_recent(what): what attempts have come to lately, for people who ask whether it works: counts by outcome and code, a
-- quarter of an hour each, of which the last five are kept. So the hash stays as small as there are codes, whatever passes
-- through. Beside them how many have failed in a row since the last booking: in a busy hour the bookings before an outage
-- would hide it. `what` is as in 'booked' or 'unavailable:connect'.
--- @uses recent now now_ms
local function note_recent(what)
  if what == '' then return end
  if what == 'booked' then
    redis.call('HSET', recent, 'bookedAt', now, 'failedSince', 0)
  elseif string.match(what, '^unavailable') or string.match(what, '^uncertain') then
    redis.call('HINCRBY', recent, 'failedSince', 1)
  end
  local slot = math.floor(tonumber(now_ms) / 900000)
  if redis.call('HINCRBY', recent, slot .. ':' .. what, 1) > 1 then return end
  for _, name in ipairs(redis.call('HKEYS', recent)) do
    local counted_in = tonumber(string.match(name, '^(%d+):'))
    if counted_in and counted_in <= slot - 5 then redis.call('HDEL', recent, name) end
  end
end
