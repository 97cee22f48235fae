-- due-ahead: how much becomes due when. Reads only.
--- @keys delayed_jobs schedule
--- @args bucket_ms buckets
--- @include "../lua/clock" "../lua/waiting-jobs"
-- Returns {beginning of the first bucket, epoch ms, count, …}: the first bucket is the running one, from now on
local now = redis_now()
local from = math.floor(now / bucket_ms) * bucket_ms
local reply = { string.format('%.0f', from) }
local before = waiting_until(now)
for bucket = 1, tonumber(buckets) do
  local so_far = waiting_until(from + bucket * bucket_ms - 1)
  reply[#reply + 1] = so_far - before
  before = so_far
end
return reply
