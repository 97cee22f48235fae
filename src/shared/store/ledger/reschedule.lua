-- reschedule: a callback that waits is due at another time, and the schedule has it until then. Its job on the queue is another
-- matter: begin.lua goes by what stands here. What is being sent, or is in doubt, is left as it is. Of an entry of the inbox
-- repeating it changes nothing.
--- @keys callback inbox expiries schedule
--- @args id by why delay_ms not_before entry_id
--- @include "../lua/clock" "../lua/iso-time" "../lua/epoch-ms" "../lua/due-time"
--- @include "../lua/entry-time" "../lua/wish" "../lua/schedule"
-- by, why: who and why, or ''   delay_ms, not_before: as in due-time.lua; neither: at once   entry_id: of the inbox, or ''
-- Returns {'moved', due at, epoch ms now, generation, state, intent, accepted at}
--       | {'under-way'} (an attempt is under way, or in doubt) | {'expires-first', expires at}
--       | {'booked', record id} | {'dead', reason} | {'cancelled', since} | {'missing'} | {'unknown-version', v}
--       | {'done'} | {'outdated'} | {'early'}   as in wish.lua; outdated too where somebody has moved it since
local c = read(callback, 'state', 'v', 'generation', 'intent', 'entry', 'openedBy', 'acceptedAt', 'dueAt', 'nextAttemptAt',
  'expiresAt', 'uncertainSince', 'recordId', 'reason', 'updatedAt', 'rescheduledAt', 'rescheduledByEntry')
local now = redis_now()
if c.v and c.v ~= '1' then return { 'unknown-version', c.v } end
local aside = entry_id ~= '' and set_aside(c, now)
if aside then return { aside } end
if not c.state then return { 'missing' } end
if c.state == 'booked' then return { 'booked', c.recordId } end
if c.state == 'dead' then return { 'dead', c.reason } end
if c.state == 'cancelled' then return { 'cancelled', c.updatedAt } end
if c.state == 'attempting' or c.uncertainSince then return { 'under-way' } end

local function moved(due_at)
  return { 'moved', due_at, now, c.generation, c.state, c.intent, c.acceptedAt }
end

local is_retrying = c.state == 'retrying'
local decided = now
if entry_id ~= '' then
  decided = entry_time(entry_id, now)
  if c.rescheduledByEntry == entry_id then return moved(is_retrying and c.nextAttemptAt or c.dueAt) end
  local is_last = not c.rescheduledByEntry or follows(c.rescheduledByEntry, now)
  if not is_last or (c.rescheduledAt and iso_time(decided) < c.rescheduledAt) then return { 'outdated' } end
end
local due_at = due_time(decided)
local expires_at = c.expiresAt
-- That it is too old so long after it was due, the destination says, and not its producer: that time moves with it.
if expires_at and not cjson.decode(c.intent).expiresAt then
  expires_at = iso_time(epoch_ms(due_at) + math.max(0, epoch_ms(expires_at) - epoch_ms(c.dueAt)))
end
if expires_at and due_at >= expires_at then return { 'expires-first', expires_at } end
if expires_at and expires_at ~= c.expiresAt then
  redis.call('HSET', callback, 'expiresAt', expires_at)
  redis.call('ZADD', expiries, 'XX', epoch_ms(expires_at), id)
end
redis.call('HDEL', callback, 'rescheduledBy', 'rescheduleReason')
redis.call('HSET', callback, 'rescheduledAt', iso_time(decided), 'updatedAt', iso_time(now))
if is_retrying then redis.call('HSET', callback, 'nextAttemptAt', due_at) else redis.call('HSET', callback, 'dueAt', due_at) end
if by ~= '' then redis.call('HSET', callback, 'rescheduledBy', by) end
if why ~= '' then redis.call('HSET', callback, 'rescheduleReason', why) end
if entry_id ~= '' then redis.call('HSET', callback, 'rescheduledByEntry', entry_id) end
-- What the bridge has yet to add, it will ask the ledger about.
if c.state ~= 'accepted' then put_off(id, c.generation, epoch_ms(due_at)) end
return moved(due_at)
