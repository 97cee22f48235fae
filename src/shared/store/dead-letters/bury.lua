-- bury: an inbox entry that cannot become a callback becomes a dead letter, and leaves the inbox, together.
--- @keys callback fallback inbox dead_letters letter_reasons results stats redriven intake
--- @args group entry_id given_id fallback_id is_reserved reason code message raw raw_field raw_encoding raw_length raw_sha1
--- @args call_id redrive_of now now_ms retention_ms
--- @include "write-letter" "../lua/try-read" "../lua/oldest-result" "../lua/stats" "../lua/results" "../lua/taking"
--- @include "../lua/letters"
-- callback, given_id: of the id as given, or the fallback   is_reserved: '1' if that is kept for something else, so that nothing
-- of this entry may lie under it   redriven, redrive_of: of the dead letter that it says to be redriven from, or the fallback
-- raw_field: the field that raw is of, where it is neither an intent nor the whole entry
-- raw_length, raw_sha1: of what was sent, where raw is only its beginning   now: ISO
-- Returns the id it lies under, or '' if the entry was dealt with before, or its callback is under way: one entry, one end.
local function is_there()
  -- To look at a large one costs what it holds. That it is pending says as much, where somebody reads the inbox at all.
  local pending = raw_length ~= '' and redis.pcall('XPENDING', inbox, group, entry_id, entry_id, 1)
  if pending and #pending == 1 then return true end
  return #redis.call('XRANGE', inbox, entry_id, entry_id) == 1
end

-- It is made of the entry's id, which Redis gives once; but one that lay ahead of the clock can come again after a repair.
local function free_fallback()
  local key, id, nth = fallback, fallback_id, 1
  while redis.call('EXISTS', key) == 1 do
    nth = nth + 1
    key, id = fallback .. '-' .. nth, fallback_id .. '-' .. nth
  end
  return key, id
end

-- What others have put under the id stays untouched: a key of another type too, which is nobody's ledger.
local function place_of(c, is_own)
  if is_own then return callback, given_id end
  -- Anybody can write that his entry was redriven from a letter; the letter has to say so too.
  if redis.pcall('HGET', redriven, 'redrivenAs') == entry_id then return redriven, redrive_of end
  if not c or c.state or is_reserved == '1' then return free_fallback() end
  return callback, given_id
end

if not is_there() then return '' end
local c = try_read(callback, 'state', 'entry')
local is_own = c ~= nil and c.entry == entry_id
-- This very entry has become a callback, on whose way somebody else has been faster: all that is left to do is confirm.lua's.
if is_own and c.state ~= 'accepted' then
  redis.call('HDEL', callback, 'entry')
  take_entry(entry_id)
  return ''
end
local key, id = place_of(c, is_own)
-- Whoever waits for the id that he gave finds it here, under whatever id the letter lies.
local submitted_id = given_id ~= fallback_id and given_id ~= id and given_id or ''
-- A generation that was opened again, and is buried before it was sent, keeps the doubt of those before.
local old = read(key, 'attempts', 'possibleDuplicate')
-- First: results that have come to their last id take nothing, and what a failing script has written stays.
publish_result(oldest_result(), id, 'dead', old.attempts, 'reason', reason, 'code', code, 'submittedId', submitted_id,
  'callId', call_id, 'possibleDuplicate', old.possibleDuplicate and '1')
write_letter(key, is_own, submitted_id)
list_letter(id, reason, now_ms)
count('dead:' .. reason)
take_entry(entry_id)
return id
