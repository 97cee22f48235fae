-- schedule-page: what is to be put on the queue now: what is due, and what soon will be, as long as few wait there. Reads only.
--- @keys schedule delayed_jobs
--- @args horizon_ms most most_delayed
--- @include "../lua/clock" "../lua/delayed-until"
-- most: in one page   most_delayed: on the queue, of those that are due within the horizon
-- Returns {now, when the next one behind the page is due, or '', and for each the id of its job and when it is due}, epoch ms
-- BullMQ makes all that are due go in one call when one is fetched, as many as a thousand. So at an opening bell it is to have no
-- more of them than it deals with in a few milliseconds; the others come when they are due, and wait no more.
local now = redis_now()
local page = redis.call('ZRANGEBYSCORE', schedule, '-inf', now, 'WITHSCORES', 'LIMIT', 0, most)
local delayed = redis.call('ZCOUNT', delayed_jobs, '-inf', delayed_until(now + horizon_ms))
local room = math.min(most - #page / 2, most_delayed - delayed)
if room > 0 then
  local soon = redis.call('ZRANGEBYSCORE', schedule, '(' .. now, now + horizon_ms, 'WITHSCORES', 'LIMIT', 0, room)
  for _, value in ipairs(soon) do page[#page + 1] = value end
end
local after = redis.call('ZRANGE', schedule, #page / 2, #page / 2, 'WITHSCORES')
return { now, after[2] or '', unpack(page) }
