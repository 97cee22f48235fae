-- unschedule: what the queue has by now leaves the schedule, unless somebody has moved it since it was read.
--- @keys schedule
--- @args ...entries
-- entries: two for each: the id of its job, and when it was due as it was read, or '' whenever that is
-- Returns how many have left.
local left = 0
for i = 1, #entries, 2 do
  local job, score = entries[i], entries[i + 1]
  local is_as_read = score == '' or redis.call('ZSCORE', schedule, job) == score
  if is_as_read then left = left + redis.call('ZREM', schedule, job) end
end
return left
