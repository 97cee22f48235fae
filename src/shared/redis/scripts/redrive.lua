-- redrive: a dead letter goes through the inbox again, with a new attempt budget.
-- KEYS[1] callback:<id>   KEYS[2] inbox   KEYS[3] dead-letters   KEYS[4] stats
-- ARGV[1] id   ARGV[2] now, ISO   ARGV[3] retention, ms   ARGV[4] bytes that an intent may have
-- Returns 'redriven' | 'missing' | 'not-dead' | 'redriven-before' (its content has gone in again as an entry of its own)
--       | 'nothing-to-send' (an entry without an intent, or one that is no text, cannot be sent again)
--       | 'too-large' (it would be refused for its size again; of most such nothing but the beginning was kept)
local key = KEYS[1]
local state, intent, code, reason, encoding, length, redriven_as =
  unpack(redis.call('HMGET', key, 'state', 'intent', 'code', 'reason', 'rawEncoding', 'rawLength', 'redrivenAs'))
if not state then return 'missing' end
if state ~= 'dead' then return 'not-dead' end
if redriven_as then return 'redriven-before' end
if not intent then
  if code == 'no-intent-field' or code == 'repeated-intent-field' or encoding then return 'nothing-to-send' end
  -- An older version kept all of it, however much: it is measured before it is read.
  if length or redis.call('HSTRLEN', key, 'raw') > tonumber(ARGV[4]) then return 'too-large' end
  -- It never was a callback: the same bytes go in again and are judged anew, by what is valid today. The entry says what it
  -- comes from, and the letter what it went in as, until it is forgotten or lies there again (bury.lua).
  local entry = redis.call('XADD', KEYS[2], '*', 'intent', redis.call('HGET', key, 'raw'), 'redriveOf', ARGV[1])
  redis.call('HSET', key, 'redrivenAt', ARGV[2], 'redrivenAs', entry, 'discardedAt', ARGV[2], 'updatedAt', ARGV[2])
  redis.call('PEXPIRE', key, ARGV[3])
  redis.call('ZREM', KEYS[3], ARGV[1])
  return 'redriven'
end
local e = { key = key, id = ARGV[1], dead_letters = KEYS[3], stats = KEYS[4], now = ARGV[2] }
-- Nobody has said that it was not booked: that would be resolve.
if reason == 'uncertain' then mark(e) end
send_again(e, KEYS[2], intent)
return 'redriven'
