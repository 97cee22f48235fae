-- The ends of a callback, as in publish-end.lua.
--- @include "stats" "publish-end" "owners" "letters"
--- @uses now now_ms retention_ms
local function bury_callback(of, reason, code, message)
  redis.call('HSET', of.key, 'state', 'dead', 'reason', reason, 'code', code, 'message', message, 'updatedAt', now)
  redis.call('HDEL', of.key, 'claim', 'nextAttemptAt', 'uncertainSince', 'firstUncertainAt', 'searches')
  list_letter(of.id, reason, now_ms)
  count('dead:' .. reason)
  publish_end(of, 'dead', 'reason', reason, 'code', code)
end

local function book(of, record_id, verified)
  redis.call('HSET', of.key, 'state', 'booked', 'recordId', record_id, 'updatedAt', now)
  redis.call('HDEL', of.key, 'claim', 'nextAttemptAt', 'reason', 'code', 'message', 'uncertainSince', 'firstUncertainAt',
    'searches')
  if verified then redis.call('HSET', of.key, 'verified', verified) end
  unlist_letter(of.id)
  redis.call('PEXPIRE', of.key, retention_ms)
  claim_record(of.id)
  count('booked')
  publish_end(of, 'booked', 'recordId', record_id, 'verified', verified)
end
