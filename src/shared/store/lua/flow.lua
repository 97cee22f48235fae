-- note_flow(what): how much is accepted, booked and fails in these seconds, for people who ask how fast it goes. Counted in
-- slots of ten seconds, of which this one and the last are kept.
--- @include "clock"
--- @uses flow
local function note_flow(what)
  local slot = math.floor(redis_now() / 10000)
  if redis.call('HINCRBY', flow, slot .. ':' .. what, 1) > 1 then return end
  for _, name in ipairs(redis.call('HKEYS', flow)) do
    local counted_in = tonumber(string.match(name, '^(%d+):'))
    if counted_in and counted_in < slot - 1 then redis.call('HDEL', flow, name) end
  end
  redis.call('PEXPIRE', flow, 30000)
end
