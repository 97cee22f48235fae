-- oldest_result(named, now): the oldest results id to keep. A worker names it by its own clock, `now` (epoch ms). Where that
-- is ahead of Redis' clock, which numbers the entries, it would trim what the retention still keeps: then Redis' counts.
local function oldest_result(named, now)
  local time = redis.call('TIME')
  local ahead = tonumber(now) - (tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
  if ahead <= 0 then return named end
  return string.format('%.0f-0', math.max(0, tonumber(string.match(named, '^%d+')) - ahead))
end
