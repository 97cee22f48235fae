-- redis_now(): Redis' own time, epoch ms.
local function redis_now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- The same; nil where the user may not ask for it.
local function try_redis_now()
  local time = redis.pcall('TIME')
  if time.err then return nil end
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
