-- note_flow(what, how_many): how much is accepted, booked and fails in these seconds, for people who ask how fast it goes. Counted in
-- slots of ten seconds, of which this one and the last are kept. What is older is added up by minutes, for keep-minute.lua,
-- of which the last four are kept: so a callback costs one command, and the history one in ten seconds.
--- @include "clock"
--- @uses flow
local function note_flow(what, how_many)
  local slot = math.floor(redis_now() / 10000)
  if redis.call('HINCRBY', flow, slot .. ':' .. what, how_many) > how_many then return end
  local counts = redis.call('HGETALL', flow)
  for i = 1, #counts, 2 do
    local counted_in, counted = string.match(counts[i], '^(%d+):(.+)$')
    local minute = string.match(counts[i], '^m(%d+):')
    if counted_in and tonumber(counted_in) < slot - 1 then
      redis.call('HDEL', flow, counts[i])
      redis.call('HINCRBY', flow, 'm' .. math.floor(tonumber(counted_in) / 6) .. ':' .. counted, counts[i + 1])
    elseif minute and tonumber(minute) < math.floor(slot / 6) - 3 then
      redis.call('HDEL', flow, counts[i])
    end
  end
  redis.call('PEXPIRE', flow, 300000)
end
