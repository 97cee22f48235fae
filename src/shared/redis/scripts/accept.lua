-- accept: a producer's submission becomes a durable promise: ledger and inbox entry together, or neither.
-- KEYS[1] callback:<id>   KEYS[2] inbox   KEYS[3] dead-letters
-- ARGV[1] id   ARGV[2] intent, canonical JSON   ARGV[3] delay in ms, or ''   ARGV[4] notBefore, ISO, or ''
-- ARGV[5] expiresAt, ISO, or ''   ARGV[6] traceparent, or ''
-- Returns {'accepted', 'accepted', acceptedAt, dueAt} | {'duplicate', state} | {'conflict', state}
-- Acceptance is timed by Redis, so that a delay does not depend on the producer's clock; and never by the entry's id, which
-- whoever gave the one before it may have put anywhere.
local found, state = standing(KEYS[1], ARGV[2])
if found ~= 'free' then return { found, state } end
local entry = redis.call('XADD', KEYS[2], '*', 'intent', ARGV[2])
-- A user of the library may lack the right to ask for the time. Then the id counts, and the bridge, which has it, times anew what
-- that puts into the future.
local now = redis_now('pcall') or tonumber(string.match(entry, '^%d+'))
local accepted_at = iso_time(now)
local due_at = due_time(now, ARGV[3], ARGV[4])
open_ledger(KEYS[1], KEYS[3], { id = ARGV[1], intent = ARGV[2], entry = entry, accepted_at = accepted_at,
  due_at = due_at, expires_at = ARGV[5], traceparent = ARGV[6] })
return { 'accepted', 'accepted', accepted_at, due_at }
