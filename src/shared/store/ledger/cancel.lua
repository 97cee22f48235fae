-- cancel: somebody no longer wants this callback. What waits ends at once. What is being sent, or is in doubt, ends as soon as
-- it is known not to be booked: settle.lua and verify.lua see to that. Safe to repeat.
--- @keys callback inbox results stats
--- @args id by why now now_ms retention_ms entry_id
--- @include "../lua/publish-end" "../lua/withdraw"
-- by, why: who and why, or ''   now: ISO   entry_id: of the inbox entry that asks for it, or ''
-- Returns {'cancelled', since, generation} | {'under-way'} (an attempt is under way, or in doubt) | {'booked', record id}
--       | {'dead', reason} | {'missing'}
--       | {'early'}  what it is about may lie before it in the inbox, and was not taken in yet: nothing is done
local c = read(callback, 'state', 'intent', 'cancelRequestedAt', 'uncertainSince', 'recordId', 'reason', 'updatedAt',
  'generation')

local function is_early()
  if entry_id == '' or (c.state and c.state ~= 'dead') then return false end
  return #redis.call('XRANGE', inbox, '-', '(' .. entry_id, 'COUNT', 1) == 1
end

local function note_request()
  if c.cancelRequestedAt then return end
  redis.call('HSET', callback, 'cancelRequestedAt', now, 'updatedAt', now)
  if by ~= '' then redis.call('HSET', callback, 'cancelledBy', by) end
  if why ~= '' then redis.call('HSET', callback, 'cancelReason', why) end
end

local function answer()
  if not c.state then return { 'missing' } end
  if c.state == 'booked' then return { 'booked', c.recordId } end
  if c.state == 'dead' then return { 'dead', c.reason } end
  if c.state == 'cancelled' then return { 'cancelled', c.updatedAt, c.generation } end
  note_request()
  if c.state == 'attempting' or c.uncertainSince then return { 'under-way' } end
  withdraw({ key = callback, id = id, attributes = attributes_of(c.intent) })
  return { 'cancelled', now, c.generation }
end

if is_early() then return { 'early' } end
return answer()
