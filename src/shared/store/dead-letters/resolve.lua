-- resolve: somebody has found out whether a callback that died as uncertain was booked.
--- @keys callback inbox results dead_letters letter_reasons stats owner
--- @args id record_id now now_ms retention_ms owner_ttl_ms
--- @include "../lua/stats" "../lua/publish-end" "../lua/ends" "../lua/withdraw" "../lua/send-again" "../lua/letters"
-- record_id: '' if it was not booked and is to be sent again   now: ISO
-- Returns 'booked' | 'redriven' | 'cancelled' (it was not booked, and nobody wants it any more)
--       | 'missing' | 'not-uncertain' | 'taken' (another callback has that ContactRequest)
local c = read(callback, 'state', 'reason', 'intent', 'cancelRequestedAt')
if not c.state then return 'missing' end
if c.state ~= 'dead' or c.reason ~= 'uncertain' then return 'not-uncertain' end
local this = { key = callback, id = id, attributes = attributes_of(c.intent) }
if record_id == '' then
  count('uncertain:resolved-not-booked')
  if c.cancelRequestedAt then
    unlist_letter(id)
    withdraw(this)
    return 'cancelled'
  end
  send_again(this, c.intent)
  return 'redriven'
end
local owned_by = redis.call('GET', owner)
if owned_by and owned_by ~= id then return 'taken' end
redis.call('HSET', callback, 'resolvedAt', now)
redis.call('HDEL', callback, 'discardedAt')
count('uncertain:resolved-booked')
book(this, record_id)
return 'booked'
