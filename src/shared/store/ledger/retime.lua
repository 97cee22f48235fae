-- retime: a promise that was accepted later than now, by a clock or an id that was ahead, counts as accepted now. The schedule
-- has it until it is due; its job on the queue is another matter. Repeating it changes nothing.
--- @keys callback inbox schedule
--- @args id generation delay_ms not_before
--- @include "../lua/clock" "../lua/iso-time" "../lua/epoch-ms" "../lua/due-time" "../lua/schedule"
-- generation: that was seen   not_before: ISO, or ''
-- Returns {'retimed', acceptedAt, dueAt} | {'changed'}  it has gone on, or the bridge is about to take it in and times it anew
local c = read(callback, 'state', 'acceptedAt', 'generation', 'entry', 'dueAt', 'rescheduledAt')
if c.generation ~= generation or (c.state ~= 'accepted' and c.state ~= 'scheduled') then return { 'changed' } end
local is_in_inbox = c.entry and #redis.call('XRANGE', inbox, c.entry, c.entry) == 1
if c.state == 'accepted' and is_in_inbox then return { 'changed' } end
local now = redis_now()
if not is_ahead(c.acceptedAt, now) then return { 'changed' } end
-- What somebody has moved since is due when he said.
local accepted_at, due_at = iso_time(now), c.rescheduledAt and c.dueAt or due_time(now)
redis.call('HSET', callback, 'acceptedAt', accepted_at, 'dueAt', due_at, 'updatedAt', accepted_at)
put_off(id, generation, epoch_ms(due_at))
return { 'retimed', accepted_at, due_at }
