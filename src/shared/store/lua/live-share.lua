-- Of the moments that are taken while a backlog drains, a share goes to callbacks that customers have asked for since: by
-- their order they would wait behind all of it.
--- @uses pace due_jobs live_percent
-- As in src/queue/job-priority.ts: a job's priority is its class and a bucket of time; BullMQ's score is priority * 2^32 and
-- a count.
local bucket_ms, buckets, classes, per_priority = 10000, 209715, 10, 2 ^ 32

-- first_since(since): the first job in the order whose customer has asked since then, epoch ms. Those of the same ten seconds
-- count as later ones: a few of the old may have it, and no new one waits behind the old.
local function first_since(since)
  local bucket = math.floor(since / bucket_ms) % buckets
  for class = 0, classes - 1 do
    local least = (class * buckets + bucket + 1) * per_priority
    local most = ((class + 1) * buckets + 1) * per_priority
    local found = redis.call('ZRANGEBYSCORE', due_jobs, string.format('%.0f', least), '(' .. string.format('%.0f', most),
      'LIMIT', 0, 1)
    if found[1] then return found[1] end
  end
end

-- prefer_live(since): called for each moment that is taken. Whoever fetches next gets the job that this puts first.
local function prefer_live(since)
  -- At a cap of 100, what is left over from 90 and 30 would be lost, and a share of 30 per cent come to 25.
  local credit = math.min(200, (tonumber(redis.call('HGET', pace, 'credit')) or 0) + live_percent)
  local job = credit >= 100 and first_since(since)
  if job then
    credit = credit - 100
    -- Below the score of any priority, in the order in which they are put there.
    redis.call('ZADD', due_jobs, 'XX', redis.call('HINCRBY', pace, 'preferred', 1), job)
  end
  redis.call('HSET', pace, 'credit', credit)
end
