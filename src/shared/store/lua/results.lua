-- What is published in the results. No other file adds an entry there.
--- @uses results now now_ms retention_ms
-- Trimmed by age alone. Redis numbers the entries by its own clock: by that of a worker that is ahead, what the retention
-- still keeps would go.
local function oldest_to_keep()
  local time = redis.call('TIME')
  local redis_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  return string.format('%.0f-0', math.max(0, math.min(tonumber(now_ms), redis_ms) - tonumber(retention_ms)))
end

-- publish_result(id, state, attempts, name, value, ...): what has no value is left out.
local function publish_result(id, state, attempts, ...)
  local entry = { 'id', id, 'state', state, 'attempts', attempts or '0', 'at', now }
  for i = 1, select('#', ...), 2 do
    local name, value = select(i, ...)
    if value and value ~= '' then
      entry[#entry + 1] = name
      entry[#entry + 1] = value
    end
  end
  redis.call('XADD', results, 'MINID', '~', oldest_to_keep(), '*', unpack(entry))
end
