-- redis_now(): Redis' own time, epoch ms. A script asks for it once: it is the same until its end.
local time_of_script
local function redis_now()
  if time_of_script then return time_of_script end
  local time = redis.call('TIME')
  time_of_script = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  return time_of_script
end

-- The same; nil where the user may not ask for it.
local function try_redis_now()
  local time = redis.pcall('TIME')
  if time.err then return nil end
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
