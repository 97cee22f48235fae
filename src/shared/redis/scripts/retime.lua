-- retime: a promise that was accepted later than now, by a clock or an id that was ahead, counts as accepted now. Its job on the
-- queue is another matter: the ledger says when it is due. Repeating it changes nothing.
-- KEYS[1] callback:<id>   KEYS[2] inbox
-- ARGV[1] generation that was seen   ARGV[2] delay in ms, or ''   ARGV[3] notBefore, ISO, or ''
-- Returns {'retimed', acceptedAt, dueAt} | {'changed'}  it has gone on, or the bridge is about to take it in and times it anew
local state, accepted_at, generation, entry =
  unpack(redis.call('HMGET', KEYS[1], 'state', 'acceptedAt', 'generation', 'entry'))
if generation ~= ARGV[1] or (state ~= 'accepted' and state ~= 'scheduled') then return { 'changed' } end
if state == 'accepted' and entry and #redis.call('XRANGE', KEYS[2], entry, entry) == 1 then return { 'changed' } end
local now = redis_now()
if not is_ahead(accepted_at, now) then return { 'changed' } end
accepted_at = iso_time(now)
local due_at = due_time(now, ARGV[2], ARGV[3])
redis.call('HSET', KEYS[1], 'acceptedAt', accepted_at, 'dueAt', due_at, 'updatedAt', accepted_at)
return { 'retimed', accepted_at, due_at }
