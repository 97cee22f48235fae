-- accept: a producer's submission becomes a durable promise: ledger and inbox entry together, or neither.
--- @keys callback inbox dead_letters
--- @args id intent delay_ms not_before expires_at traceparent
--- @include "acceptance" "../lua/judge-id" "../lua/clock" "../lua/iso-time" "../lua/due-time"
-- intent: canonical JSON   not_before, expires_at: ISO; each but the first two may be ''
-- Returns {'accepted', 'accepted', acceptedAt, dueAt} | {'duplicate', state} | {'conflict', state}
-- Acceptance is timed by Redis, so that a delay does not depend on the producer's clock; and never by the entry's id, which
-- whoever gave the one before it may have put anywhere.
local old = read_ledger()
local found, state = judge_id(old, intent)
if found == 'sealed' then
  -- A worker compares the numbers: nothing happens, or this one becomes a dead letter that says so.
  redis.call('XADD', inbox, '*', 'intent', intent)
  return { 'duplicate', state }
end
if found ~= 'free' then return { found, state } end
local entry = redis.call('XADD', inbox, '*', 'intent', intent)
-- A user of the library may lack the right to ask for the time. Then the id counts, and the bridge, which has it, times anew
-- what that puts into the future.
local now = try_redis_now() or tonumber(string.match(entry, '^%d+'))
local accepted_at, due_at = iso_time(now), due_time(now)
open_ledger(old, entry, { accepted_at = accepted_at, due_at = due_at })
return { 'accepted', 'accepted', accepted_at, due_at }
