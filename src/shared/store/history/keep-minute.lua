-- keep-minute: what the last minute has come to is written into the history, by whichever worker is first to ask.
--- @keys history flow stats waiting_jobs due_jobs delayed_jobs active_jobs schedule
--- @args late_ms kept_ms
--- @include "../lua/clock" "../lua/waiting-jobs"
-- late_ms: how long what is first in line has been due   kept_ms: how long a minute is remembered
-- Returns the beginning of the minute that is written last, epoch ms
local now = redis_now()
local this = math.floor(now / 60000)

local newest = redis.call('XREVRANGE', history, '+', '-', 'COUNT', 1)[1]
local last = newest and math.floor(tonumber(string.match(newest[1], '^%d+')) / 60000) or 0
-- Written by a clock that was ahead: nothing could be added for as long as it was.
if last > this then
  redis.call('DEL', history)
  last = 0
end
if last >= this - 1 then return string.format('%.0f', last * 60000) end

local counts = redis.call('HGETALL', flow)
local function counted(minute, what)
  local sum = 0
  for i = 1, #counts, 2 do
    local slot, of_slot = string.match(counts[i], '^(%d+):(.+)$')
    local is_in_it = of_slot == what and math.floor(tonumber(slot) / 6) == minute
    if is_in_it or counts[i] == string.format('m%.0f:%s', minute, what) then sum = sum + tonumber(counts[i + 1]) end
  end
  return sum
end

-- Since the beginning: whoever reads takes the difference of two minutes.
local dead, held = 0, 0
local ever = redis.call('HGETALL', stats)
for i = 1, #ever, 2 do
  if string.match(ever[i], '^dead:') then dead = dead + tonumber(ever[i + 1]) end
  if ever[i] == 'uncertain:held' then held = tonumber(ever[i + 1]) end
end

local late = waiting_until(now)
local due = redis.call('LLEN', waiting_jobs) + redis.call('ZCARD', due_jobs) + late
local waiting = count_waiting() - late
for minute = math.max(last + 1, last == 0 and this - 1 or this - 3), this - 1 do
  redis.call('XADD', history, 'MINID', string.format('%.0f', now - kept_ms), string.format('%.0f-0', minute * 60000),
    'accepted', counted(minute, 'due') + counted(minute, 'put-off'), 'booked', counted(minute, 'booked'),
    'failed', counted(minute, 'failed'), 'deadEver', dead, 'heldEver', held, 'due', due, 'waiting', waiting,
    'underWay', redis.call('LLEN', active_jobs), 'lateMs', late_ms)
end
return string.format('%.0f', (this - 1) * 60000)
