-- cancel: somebody no longer wants this callback. What waits ends at once, and leaves the inbox if it is still there. What is
-- being sent, or is in doubt, ends as soon as it is known not to be booked: settle.lua and verify.lua see to that. Safe to
-- repeat.
--- @keys callback inbox results stats intake retrying
--- @args id by why now now_ms retention_ms group entry_id
--- @include "../lua/publish-end" "../lua/withdraw" "../lua/taking" "../lua/retrying" "../lua/clock" "../lua/wish"
-- by, why: who and why, or ''   now: ISO   entry_id: of the inbox, where this was said there, or ''
-- Returns {'cancelled', since, generation} | {'under-way'} (an attempt is under way, or in doubt) | {'booked', record id}
--       | {'dead', reason} | {'missing'} | {'unknown-version', v} | {'done'} | {'outdated'} | {'early'}   as in wish.lua
local c = read(callback, 'state', 'intent', 'cancelRequestedAt', 'uncertainSince', 'recordId', 'reason', 'updatedAt',
  'generation', 'entry', 'v', 'openedBy', 'acceptedAt', 'code')
if c.v and c.v ~= '1' then return { 'unknown-version', c.v } end
local aside = entry_id ~= '' and set_aside(c, redis_now())
if aside then return { aside } end
if not c.state then return { 'missing' } end
if c.state == 'booked' then return { 'booked', c.recordId } end
if c.state == 'dead' then return { 'dead', c.reason } end
if c.state == 'cancelled' then return { 'cancelled', c.updatedAt, c.generation } end

local function note_request()
  if c.cancelRequestedAt then return end
  redis.call('HSET', callback, 'cancelRequestedAt', now, 'updatedAt', now)
  if by ~= '' then redis.call('HSET', callback, 'cancelledBy', by) end
  if why ~= '' then redis.call('HSET', callback, 'cancelReason', why) end
end

if c.state == 'attempting' or c.uncertainSince then
  note_request()
  return { 'under-way' }
end
withdraw({ key = callback, id = id, attributes = attributes_of(c.intent) })
leave_retrying(c)
note_request()
-- A worker that comes after the retention would find nothing under the id, and accept the entry anew.
if c.entry then
  take_entry(c.entry)
  redis.call('HDEL', callback, 'entry')
end
return { 'cancelled', now, c.generation }
