-- is_timely(fields): whether it is certain that a worker will find it neither due too late nor to expire before that. It judges
-- by the time at which it is accepted; whoever may not ask for the time cannot know.
--- @include "plain-times" "../lua/clock"
local function is_timely(fields)
  local before, expires = fields.notBefore, fields.expiresAt
  if not before and not expires then return true end
  local now = try_redis_now()
  if not now then return false end
  local due = now + (fields.delay and (fields.delay.number or plain_duration(fields.delay.text)) or 0)
  if before then due = math.max(due, plain_time(before.text)) end
  return due - now <= most_ms and not (expires and plain_time(expires.text) <= due)
end
