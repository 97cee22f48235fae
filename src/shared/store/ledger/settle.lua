-- settle: records what an attempt came to, the next state, the result and the dead-letter index, together.
-- Safe to repeat, and safe when it comes late: the attempt's number is the fence.
--- @keys callback results dead_letters letter_reasons stats owner recent flow retrying control breaker schedule
--- @args id generation attempt record state record_id reason code message next_attempt_at now now_ms
--- @args possible_duplicate uncertain_since followed recent_outcome attributes kept_records retention_ms owner_ttl_ms
--- @args signal retry_after_ms breaker_rules
--- @include "record-attempt" "settle-late" "../lua/states" "../lua/stats" "../lua/mark"
--- @include "../lua/ends" "../lua/withdraw" "../lua/wrong-owner" "../lua/recent" "../lua/breaker"
--- @include "../lua/flow" "../lua/retrying" "../lua/schedule"
-- attempt: 0 if none was opened   record: JSON   state: the next one: retrying, booked or dead   now: ISO
-- possible_duplicate: '1' if it may be sent twice, or was and died   uncertain_since: from when on it is to be verified, ISO
-- followed: what follows an uncertain outcome, for the stats   recent_outcome: what it came to, with its code
-- signal: what it says about the destination: ok, failure, uncertain, limit, refusal:<which>, or '' if nothing
-- Returns 'settled' | 'cancelled' (it was not booked, and nothing more is sent)
--       | 'already' | 'late-booking' | 'double-booking' | 'stale' | 'missing'
local c = read(callback, 'state', 'attempts', 'recordId', 'attempt:' .. attempt, 'priorAttempts', 'generation',
  'cancelRequestedAt', 'claim', 'uncertainSince', 'uncounted', 'code')
if not c.state then return 'missing' end
-- A full Redis (maxmemory) refuses a script's first write if that may grow, and lets the later ones pass. What an attempt
-- came to must be written down even then, so the first one takes away a field that is never there.
redis.call('HDEL', callback, '')
-- An attempt's number is never used twice. Where there is none, the generation says whose end it is.
-- What is in doubt is asked about first.
local is_current = attempt == '0' and is_waiting(c.state) and c.generation == generation and not c.uncertainSince
  or c.state == 'attempting' and c.attempts == attempt
local this = { key = callback, id = id, attributes = attributes }
if not is_current then return settle_late(this, c) end

record_attempt()
note_recent(recent_outcome)
if attempt == '0' then take_off(id, generation) else note_flow(state == 'booked' and 'booked' or 'failed', 1) end
leave_retrying(c)
local is_failed_probe = note_signal(c.claim)
if possible_duplicate == '1' then mark(callback) end
if followed ~= '' then count('uncertain:' .. followed) end
if state == 'booked' then
  revoke_wrong_owner(this, record_id)
  book(this, record_id)
  return 'settled'
end
-- What is in doubt is asked about first, or stays in doubt.
if c.cancelRequestedAt and uncertain_since == '' and reason ~= 'uncertain' then
  withdraw(this)
  return 'cancelled'
end
if state == 'dead' then
  bury_callback(this, reason, code, message)
  return 'settled'
end
redis.call('HSET', callback, 'state', 'retrying', 'code', code, 'message', message, 'nextAttemptAt', next_attempt_at,
  'updatedAt', now)
redis.call('HDEL', callback, 'claim')
enter_retrying(code, uncertain_since ~= '')
if is_failed_probe then redis.call('HSET', callback, 'uncounted', (c.uncounted or 0) + 1) end
if uncertain_since ~= '' then
  redis.call('HSET', callback, 'uncertainSince', uncertain_since)
  redis.call('HSETNX', callback, 'firstUncertainAt', uncertain_since)
end
return 'settled'
