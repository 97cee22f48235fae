-- open: the bridge's first step for a valid inbox entry. Safe to repeat, and safe when two bridges hold one entry.
-- KEYS[1] callback:<id>   KEYS[2] inbox   KEYS[3] dead-letters
-- ARGV[1] id   ARGV[2] intent, canonical JSON   ARGV[3] entry id   ARGV[4] acceptedAt, ISO   ARGV[5] dueAt, ISO
-- ARGV[6] expiresAt, ISO, or ''   ARGV[7] traceparent, or ''   ARGV[8] the dead letter it was redriven from, or ''
-- Returns {'schedule', generation, dueAt}  to be put on the queue
--       | {'done'}                         this entry was dealt with before: confirm it
--       | {'duplicate', state} | {'conflict', state}
local state, entry, generation, due_at = unpack(redis.call('HMGET', KEYS[1], 'state', 'entry', 'generation', 'dueAt'))
if entry == ARGV[3] then
  if state == 'accepted' then return { 'schedule', tonumber(generation), due_at } end
  return { 'done' }
end
-- Another bridge confirmed it while this one held it. Without this look, a callback that has died since would be opened
-- again by an entry that is long gone.
if #redis.call('XRANGE', KEYS[2], ARGV[3], ARGV[3]) == 0 then return { 'done' } end
local found, found_state = standing(KEYS[1], ARGV[2])
if found ~= 'free' then return { found, found_state } end
generation = open_ledger(KEYS[1], KEYS[3], { id = ARGV[1], intent = ARGV[2], entry = ARGV[3], accepted_at = ARGV[4],
  due_at = ARGV[5], expires_at = ARGV[6], traceparent = ARGV[7], redrive_of = ARGV[8] })
return { 'schedule', generation, ARGV[5] }
