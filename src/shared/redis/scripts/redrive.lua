-- redrive: a dead letter goes through the inbox again, with a new attempt budget.
-- KEYS[1] callback:<id>   KEYS[2] inbox   KEYS[3] dead-letters   KEYS[4] stats
-- ARGV[1] id   ARGV[2] now, ISO
-- Returns 'redriven' | 'missing' | 'not-dead' | 'nothing-to-send' (an entry without an intent cannot be sent again)
local key = KEYS[1]
local state, intent, raw, code, reason = unpack(redis.call('HMGET', key, 'state', 'intent', 'raw', 'code', 'reason'))
if not state then return 'missing' end
if state ~= 'dead' then return 'not-dead' end
if not intent then
  -- It never was a callback: the same bytes go in again and are judged anew, by what is valid today.
  if code == 'no-intent-field' or code == 'repeated-intent-field' then return 'nothing-to-send' end
  redis.call('XADD', KEYS[2], '*', 'intent', raw)
  redis.call('DEL', key)
  redis.call('ZREM', KEYS[3], ARGV[1])
  return 'redriven'
end
local e = { key = key, id = ARGV[1], dead_letters = KEYS[3], stats = KEYS[4], now = ARGV[2] }
-- Nobody has said that it was not booked: that would be resolve.
if reason == 'uncertain' then mark(e) end
send_again(e, KEYS[2], intent)
return 'redriven'
