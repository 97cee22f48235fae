-- oldest_result(): the oldest id to keep in the results, which are trimmed by age alone. Redis numbers them by its own clock:
-- by that of a worker that is ahead, what the retention still keeps would go.
--- @include "clock"
--- @uses now_ms retention_ms
local function oldest_result()
  local latest = math.min(tonumber(now_ms), redis_now())
  return string.format('%.0f-0', math.max(0, latest - tonumber(retention_ms)))
end
