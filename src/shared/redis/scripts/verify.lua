-- verify: records what Salesforce says about an attempt whose outcome was uncertain, and what follows.
-- Safe to repeat; the attempt's number and `uncertainSince` are the fence.
-- KEYS[1] callback:<id>   KEYS[2] results   KEYS[3] dead-letters   KEYS[4] stats   KEYS[5] record:<recordId>
-- ARGV[1] id   ARGV[2] the uncertain attempt   ARGV[3] its record, JSON, with the verdict
-- ARGV[4] booked, retrying (it was not booked), asking (nobody knows yet) or dead   ARGV[5] now, ISO   ARGV[6] now, epoch ms
-- ARGV[7] recordId or ''   ARGV[8] reason or ''   ARGV[9] code or ''   ARGV[10] message or ''
-- ARGV[11] next attempt, or next question, at, ISO, or ''   ARGV[12] '1' if it may be sent twice from now on
-- ARGV[13] retention, ms   ARGV[14] oldest results id to keep   ARGV[15] attributes, JSON, or ''
-- ARGV[16] how long a ContactRequest is known as ours, ms   ARGV[17] the verdict, for the stats, or ''
-- Returns 'settled' | 'already' | 'taken' (another callback has that ContactRequest) | 'stale' | 'missing'
local key = KEYS[1]
local e = { key = key, id = ARGV[1], results = KEYS[2], dead_letters = KEYS[3], stats = KEYS[4], record = KEYS[5],
  now = ARGV[5], now_ms = ARGV[6], retention = ARGV[13], oldest = ARGV[14], attributes = ARGV[15], record_ttl = ARGV[16] }
local state, attempts, since, searches, record =
  unpack(redis.call('HMGET', key, 'state', 'attempts', 'uncertainSince', 'searches', 'attempt:' .. ARGV[2]))
if not state then return 'missing' end
if state ~= 'retrying' or not since or attempts ~= ARGV[2] then
  return record == ARGV[3] and 'already' or 'stale'
end
if ARGV[4] == 'asking' then
  redis.call('HSET', key, 'code', ARGV[9], 'message', ARGV[10], 'nextAttemptAt', ARGV[11], 'updatedAt', ARGV[5],
    'searches', (searches or 0) + 1)
  return 'settled'
end
if ARGV[4] == 'booked' and redis.call('EXISTS', e.record) == 1 then return 'taken' end
redis.call('HSET', key, 'attempt:' .. ARGV[2], ARGV[3])
if ARGV[12] == '1' then mark(e) end
if ARGV[17] ~= '' then count(e, 'uncertain:' .. ARGV[17]) end
if ARGV[4] == 'booked' then
  book(e, ARGV[7], '1')
elseif ARGV[4] == 'dead' then
  bury_callback(e, ARGV[8], ARGV[9], ARGV[10])
else
  redis.call('HSET', key, 'code', ARGV[9], 'message', ARGV[10], 'nextAttemptAt', ARGV[11], 'updatedAt', ARGV[5])
  redis.call('HDEL', key, 'uncertainSince', 'searches')
end
return 'settled'
