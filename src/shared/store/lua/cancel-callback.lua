-- cancel_callback(of, c): somebody no longer wants it. What waits ends at once, and leaves the inbox if it is still there. What
-- is being sent, or is in doubt, ends as soon as it is known not to be booked: settle.lua and verify.lua see to that. Safe to
-- repeat.
-- of: its key and its id   c: of the callback; without a state there is none
-- Gives {'cancelled', since, generation} | {'under-way'} (an attempt is under way, or in doubt) | {'booked', record id}
--     | {'dead', reason} | {'missing'}
--- @include "publish-end" "withdraw" "taking" "retrying" "schedule"
--- @uses by why now
local function note_request(of, c)
  if c.cancelRequestedAt then return end
  redis.call('HSET', of.key, 'cancelRequestedAt', now, 'updatedAt', now)
  if by ~= '' then redis.call('HSET', of.key, 'cancelledBy', by) end
  if why ~= '' then redis.call('HSET', of.key, 'cancelReason', why) end
end

local function cancel_callback(of, c)
  if not c.state then return { 'missing' } end
  if c.state == 'booked' then return { 'booked', c.recordId } end
  if c.state == 'dead' then return { 'dead', c.reason } end
  if c.state == 'cancelled' then return { 'cancelled', c.updatedAt, c.generation } end
  if c.state == 'attempting' or c.uncertainSince then
    note_request(of, c)
    return { 'under-way' }
  end
  withdraw({ key = of.key, id = of.id, attributes = attributes_of(c.intent) })
  leave_retrying(c)
  take_off(of.id, c.generation)
  note_request(of, c)
  -- A worker that comes after the retention would find nothing under the id, and accept the entry anew.
  if c.entry then
    take_entry(c.entry)
    redis.call('HDEL', of.key, 'entry')
  end
  return { 'cancelled', now, c.generation }
end
