-- withdraw(of): somebody has cancelled it, and nothing that was sent for it can still be under way: it ends.
--- @include "stats" "publish-end"
--- @uses now retention_ms
local function publish_cancelled(of) publish_end(of, 'cancelled', 'code', 'cancelled') end

local function withdraw(of)
  redis.call('HSET', of.key, 'state', 'cancelled', 'code', 'cancelled', 'updatedAt', now)
  redis.call('HDEL', of.key, 'claim', 'nextAttemptAt', 'message', 'uncertainSince', 'firstUncertainAt', 'searches')
  redis.call('PEXPIRE', of.key, retention_ms)
  count('cancelled')
  publish_cancelled(of)
end
