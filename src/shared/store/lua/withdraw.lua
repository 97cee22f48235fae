-- withdraw(of): somebody has cancelled it, and nothing is sent for it any more: it ends.
--- @include "stats" "publish-end"
--- @uses now retention_ms
local function publish_cancelled(of) publish_end(of, 'cancelled', 'code', 'cancelled') end

local function withdraw(of)
  -- First: results that have come to their last id take nothing, and what a failing script has written stays.
  publish_cancelled(of)
  redis.call('HSET', of.key, 'state', 'cancelled', 'code', 'cancelled', 'updatedAt', now)
  redis.call('HDEL', of.key, 'claim', 'nextAttemptAt', 'reason', 'message', 'uncertainSince', 'firstUncertainAt', 'searches',
    'discardedAt')
  redis.call('PEXPIRE', of.key, retention_ms)
  count('cancelled')
end
