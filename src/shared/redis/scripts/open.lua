-- open: the bridge's first step for a valid inbox entry. Safe to repeat, and safe when two bridges hold one entry.
-- KEYS[1] callback:<id>   KEYS[2] inbox   KEYS[3] dead-letters
-- ARGV[1] id   ARGV[2] intent, canonical JSON   ARGV[3] entry id   ARGV[4] delay in ms, or ''   ARGV[5] notBefore, ISO, or ''
-- ARGV[6] expiresAt, ISO, or ''   ARGV[7] traceparent, or ''   ARGV[8] the dead letter it was redriven from, or ''
-- Returns {'schedule', generation, acceptedAt, dueAt}  to be put on the queue
--       | {'done'}                                     this entry was dealt with before: confirm it
--       | {'duplicate', state} | {'conflict', state}
local now = redis_now()
local state, entry, generation, accepted_at, due_at =
  unpack(redis.call('HMGET', KEYS[1], 'state', 'entry', 'generation', 'acceptedAt', 'dueAt'))
if entry == ARGV[3] then
  if state ~= 'accepted' then return { 'done' } end
  -- Timed by a clock that was ahead, or, by an older version, by an id that was: it is timed anew.
  if is_ahead(accepted_at, now) then
    accepted_at = iso_time(now)
    due_at = due_time(now, ARGV[4], ARGV[5])
    redis.call('HSET', KEYS[1], 'acceptedAt', accepted_at, 'dueAt', due_at, 'updatedAt', accepted_at)
  end
  return { 'schedule', tonumber(generation), accepted_at, due_at }
end
-- Another bridge confirmed it while this one held it. Without this look, a callback that has died since would be opened
-- again by an entry that is long gone.
if #redis.call('XRANGE', KEYS[2], ARGV[3], ARGV[3]) == 0 then return { 'done' } end
local found, found_state = standing(KEYS[1], ARGV[2])
if found ~= 'free' then return { found, found_state } end
local accepted = entry_time(ARGV[3], now)
accepted_at = iso_time(accepted)
due_at = due_time(accepted, ARGV[4], ARGV[5])
generation = open_ledger(KEYS[1], KEYS[3], { id = ARGV[1], intent = ARGV[2], entry = ARGV[3], accepted_at = accepted_at,
  due_at = due_at, expires_at = ARGV[6], traceparent = ARGV[7], redrive_of = ARGV[8] })
return { 'schedule', generation, accepted_at, due_at }
