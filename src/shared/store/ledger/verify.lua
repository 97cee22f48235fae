-- verify: records what Salesforce says about an attempt whose outcome was uncertain, and what follows.
-- Safe to repeat; the attempt's number and `uncertainSince` are the fence.
--- @keys callback results dead_letters letter_reasons stats owner retrying
--- @args id attempt record state record_id reason code message next_at now now_ms
--- @args possible_duplicate verdict attributes retention_ms owner_ttl_ms
--- @include "../lua/stats" "../lua/mark" "../lua/ends" "../lua/withdraw" "../lua/retrying"
-- attempt: the uncertain one   record: its record, JSON, with the verdict   now: ISO
-- state: booked, retrying (it was not booked), asking (nobody knows yet) or dead   next_at: the next attempt, or question
-- possible_duplicate: '1' if it may be sent twice from now on   verdict: for the stats, or ''
-- Returns 'settled' | 'cancelled' (it was not booked, and nothing more is sent) | 'already'
--       | 'taken' (another callback has that ContactRequest) | 'stale' | 'missing'
local c = read(callback, 'state', 'attempts', 'uncertainSince', 'searches', 'attempt:' .. attempt, 'cancelRequestedAt', 'code')
if not c.state then return 'missing' end
if c.state ~= 'retrying' or not c.uncertainSince or c.attempts ~= attempt then
  return c['attempt:' .. attempt] == record and 'already' or 'stale'
end
if state == 'asking' then
  redis.call('HSET', callback, 'code', code, 'message', message, 'nextAttemptAt', next_at, 'updatedAt', now,
    'searches', (c.searches or 0) + 1)
  leave_retrying(c)
  enter_retrying(code, true)
  return 'settled'
end
if state == 'booked' and redis.call('EXISTS', owner) == 1 then return 'taken' end
redis.call('HSET', callback, 'attempt:' .. attempt, record)
if possible_duplicate == '1' then mark(callback) end
if verdict ~= '' then count('uncertain:' .. verdict) end
leave_retrying(c)
local this = { key = callback, id = id, attributes = attributes }
if state == 'booked' then
  book(this, record_id, '1')
elseif c.cancelRequestedAt and reason ~= 'uncertain' then
  withdraw(this)
  return 'cancelled'
elseif state == 'dead' then
  bury_callback(this, reason, code, message)
else
  redis.call('HSET', callback, 'code', code, 'message', message, 'nextAttemptAt', next_at, 'updatedAt', now)
  redis.call('HDEL', callback, 'uncertainSince', 'searches')
  enter_retrying(code)
end
return 'settled'
