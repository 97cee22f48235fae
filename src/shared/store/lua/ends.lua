-- The ends of a callback. `of` is the one that ends: its key, its id and its attributes (JSON, or '').
--- @include "stats" "results" "oldest-result" "owners"
--- @uses dead_letters now now_ms retention_ms
local function decoded(intent)
  local read_well, value = pcall(cjson.decode, intent or '')
  return read_well and type(value) == 'table' and value or {}
end

-- attributes_of(intent): as the results carry them. The order of their names may differ from the intent's.
local function attributes_of(intent)
  local attributes = decoded(intent).attributes
  return attributes and cjson.encode(attributes) or ''
end

local function publish_end(of, state, ...)
  local c = read(of.key, 'attempts', 'possibleDuplicate', 'intent')
  publish_result(oldest_result(), of.id, state, c.attempts, 'callId', decoded(c.intent).callId, 'attributes', of.attributes,
    'possibleDuplicate', c.possibleDuplicate, ...)
end

local function bury_callback(of, reason, code, message)
  redis.call('HSET', of.key, 'state', 'dead', 'reason', reason, 'code', code, 'message', message, 'updatedAt', now)
  redis.call('HDEL', of.key, 'claim', 'nextAttemptAt', 'uncertainSince', 'firstUncertainAt', 'searches')
  redis.call('ZADD', dead_letters, now_ms, of.id)
  count('dead:' .. reason)
  publish_end(of, 'dead', 'reason', reason, 'code', code)
end

local function book(of, record_id, verified)
  redis.call('HSET', of.key, 'state', 'booked', 'recordId', record_id, 'updatedAt', now)
  redis.call('HDEL', of.key, 'claim', 'nextAttemptAt', 'reason', 'code', 'message', 'uncertainSince', 'firstUncertainAt',
    'searches')
  if verified then redis.call('HSET', of.key, 'verified', verified) end
  redis.call('ZREM', dead_letters, of.id)
  redis.call('PEXPIRE', of.key, retention_ms)
  claim_record(of.id)
  count('booked')
  publish_end(of, 'booked', 'recordId', record_id, 'verified', verified)
end
