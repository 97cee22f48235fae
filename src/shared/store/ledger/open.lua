-- open: the bridge's first step for valid inbox entries. Safe to repeat, and safe when two bridges hold one entry.
--- @keys inbox dead_letters letter_reasons
--- @each_keys callback by_call by_number
--- @each_args id intent entry_id delay_ms not_before expires_at traceparent redrive_of call_score number_score key_mark
--- @each_args number_print timed_by
--- @include "acceptance" "../lua/clock" "../lua/iso-time" "../lua/due-time" "../lua/entry-time"
--- @include "../lua/judge-id" "../lua/places" "../lua/same-number"
-- intent: canonical JSON   not_before, expires_at: ISO   redrive_of: the dead letter it was redriven from
-- timed_by: the entry by which it is timed, where that is not this one: it was handed over by another partition; else ''
-- key_mark: '' where it is not to be found by call and number   number_print: stands for a number that is sealed
-- Returns of each {'schedule', generation, acceptedAt, dueAt, nth, traceparent or ''}  to be put on the queue
--         nth: as in same-number.lua
--       | {'done', nth or nothing}                     this entry was dealt with before: confirm it
--       | {'duplicate', state} | {'conflict', state} | {'sealed', state}      as in judge-id.lua
local now = redis_now()

-- Of the dead letter that it replaces. A library that submits takes it from the index by time alone.
local function forget_reason(generation)
  if generation > 1 then redis.call('ZREM', letter_reasons, id) end
end

local c = read_ledger()
if c.entry == entry_id then
  if c.state ~= 'accepted' then return { 'done', nth_lately(now) } end
  -- Timed by a clock that was ahead, or, by an older version, by an id that was: it is timed anew.
  if is_ahead(c.acceptedAt, now) then
    c.acceptedAt, c.dueAt = iso_time(now), c.rescheduledAt and c.dueAt or due_time(now)
    redis.call('HSET', callback, 'acceptedAt', c.acceptedAt, 'dueAt', c.dueAt, 'updatedAt', c.acceptedAt)
  end
  if c.placed ~= key_mark then note_places(entry_time(entry_id, now)) end
  forget_reason(tonumber(c.generation))
  return { 'schedule', tonumber(c.generation), c.acceptedAt, c.dueAt, nth_lately(now), c.traceparent or '' }
end
-- Another bridge confirmed it while this one held it. Without this look, a callback that has died since would be opened
-- again by an entry that is long gone.
if #redis.call('XRANGE', inbox, entry_id, entry_id) == 0 then return { 'done' } end
local found, found_state = judge_id(c, intent)
if found ~= 'free' then return { found, found_state } end
local accepted = entry_time(timed_by ~= '' and timed_by or entry_id, now)
local accepted_at, due_at = iso_time(accepted), due_time(accepted)
local generation = open_ledger(c, entry_id, { accepted_at = accepted_at, due_at = due_at, redrive_of = redrive_of })
forget_reason(generation)
note_places(accepted)
return { 'schedule', generation, accepted_at, due_at, nth_lately(now), traceparent }
