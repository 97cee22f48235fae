-- settle_late(this, c): what comes of an attempt that somebody else has closed, or that is not the last one any more. What it
-- is made of stands within it, as it is seldom called: Lua makes every function anew for each call of a script.
--- @include "record-attempt" "../lua/stats" "../lua/mark" "../lua/owners"
--- @include "../lua/publish-end" "../lua/ends" "../lua/withdraw" "../lua/wrong-owner" "../lua/retrying"
--- @uses callback attempt record state record_id followed now
local function settle_late(this, c)
  -- The attempt was taken for lost, and then it was sent after all, or had been: nobody knows whether it was booked. Where
  -- something else was sent since, or will be, the customer may be called twice; an end that was published is published again.
  local function admit_doubt()
    local doubt = read(callback, 'reason', 'code', 'uncertainSince', 'possibleDuplicate')
    local is_asked_about = c.state == 'booked' or doubt.uncertainSince or (c.state == 'dead' and doubt.reason == 'uncertain')
    if doubt.possibleDuplicate or (is_asked_about and c.attempts == attempt) then return end
    mark(callback)
    redis.call('HSET', callback, 'updatedAt', now)
    if c.state == 'booked' then publish_end(this, 'booked', 'recordId', c.recordId) end
    if c.state == 'cancelled' then publish_cancelled(this) end
    if c.state == 'dead' then publish_end(this, 'dead', 'reason', doubt.reason, 'code', doubt.code) end
  end

  -- It is booked, or promised anew, and this attempt has booked it once more.
  local function book_twice()
    mark(callback)
    local others = redis.call('HGET', callback, 'otherRecordIds') or ''
    for other in string.gmatch(others, '%S+') do
      if is_same_record(other, record_id) then return 'already' end
    end
    redis.call('HSET', callback, 'otherRecordIds', others .. record_id .. ' ', 'updatedAt', now)
    revoke_wrong_owner(this, record_id)
    claim_record(this.id)
    count('double-bookings')
    publish_end(this, 'booked', 'recordId', record_id)
    return 'double-booking'
  end

  local known = c['attempt:' .. attempt]
  if known == record then return 'already' end
  if state ~= 'booked' then
    if followed ~= '' then admit_doubt() end
    return 'stale'
  end
  -- The attempt of a generation that was replaced by a new submission: what it booked is not what is promised now.
  local is_replaced = not known and tonumber(attempt) <= (tonumber(c.priorAttempts) or 0)
  if not is_replaced then record_attempt() end
  if c.state == 'booked' and is_same_record(c.recordId, record_id) then return 'already' end
  if c.state == 'booked' or is_replaced then return book_twice() end
  mark(callback)
  leave_retrying(c)
  revoke_wrong_owner(this, record_id)
  book(this, record_id)
  return 'late-booking'
end
