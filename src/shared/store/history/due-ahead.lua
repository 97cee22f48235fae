-- due-ahead: how much becomes due when. Reads only.
--- @keys delayed_jobs
--- @args bucket_ms buckets
--- @include "../lua/clock" "../lua/delayed-until"
-- Returns {beginning of the first bucket, epoch ms, count, …}: the first bucket is the running one, from now on
local now = redis_now()
local from = math.floor(now / bucket_ms) * bucket_ms
local reply = { string.format('%.0f', from) }
local after = now
for bucket = 1, tonumber(buckets) do
  local till = from + bucket * bucket_ms - 1
  reply[#reply + 1] = redis.call('ZCOUNT', delayed_jobs, '(' .. delayed_until(after), delayed_until(till))
  after = till
end
return reply
