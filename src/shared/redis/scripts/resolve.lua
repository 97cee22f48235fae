-- resolve: somebody has found out whether a callback that died as uncertain was booked.
-- KEYS[1] callback:<id>   KEYS[2] inbox   KEYS[3] results   KEYS[4] dead-letters   KEYS[5] stats   KEYS[6] record:<recordId>
-- ARGV[1] id   ARGV[2] recordId, or '' if it was not booked and is to be sent again   ARGV[3] now, ISO
-- ARGV[4] retention, ms   ARGV[5] oldest results id to keep   ARGV[6] how long a ContactRequest is known as ours, ms
-- ARGV[7] now, epoch ms
-- Returns 'booked' | 'redriven' | 'missing' | 'not-uncertain' | 'taken' (another callback has that ContactRequest)
local key = KEYS[1]
local state, reason, intent = unpack(redis.call('HMGET', key, 'state', 'reason', 'intent'))
if not state then return 'missing' end
if state ~= 'dead' or reason ~= 'uncertain' then return 'not-uncertain' end
local e = { key = key, id = ARGV[1], results = KEYS[3], dead_letters = KEYS[4], stats = KEYS[5], record = KEYS[6],
  now = ARGV[3], now_ms = ARGV[7], retention = ARGV[4], oldest = ARGV[5], attributes = attributes_of(intent), record_ttl = ARGV[6] }
if ARGV[2] == '' then
  count(e, 'uncertain:resolved-not-booked')
  send_again(e, KEYS[2], intent)
  return 'redriven'
end
local owner = redis.call('GET', e.record)
if owner and owner ~= e.id then return 'taken' end
redis.call('HSET', key, 'resolvedAt', ARGV[3])
redis.call('HDEL', key, 'discardedAt')
count(e, 'uncertain:resolved-booked')
book(e, ARGV[2])
return 'booked'
