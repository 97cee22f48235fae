-- redis_now(call): Redis' own time, epoch ms. With 'pcall', nil where the user may not ask for it.
local function redis_now(call)
  local time = redis[call or 'call']('TIME')
  if time.err then return nil end
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- entry_time(entry, now): when Redis took an entry, as far as its id tells: an entry may have waited while no worker ran.
-- Anybody may give an id of his own, and from one that is ahead of the clock on every later `*` is: what cannot be true (the
-- future; a time before Redis had streams, as a counter would give) says nothing, and the entry is taken in now.
-- The same rule as entryTimeMs() in TypeScript.
local first_streams = 1514764800000 -- 2018
local function entry_time(entry, now)
  local ms = tonumber(string.match(entry, '^%d+'))
  if ms >= first_streams and ms <= now then return ms end
  return now
end
