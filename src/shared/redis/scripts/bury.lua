-- bury: an inbox entry that cannot become a callback becomes a dead letter, and leaves the inbox, together.
-- KEYS[1] callback:<id as given, or the fallback>   KEYS[2] callback:<fallback id>   KEYS[3] inbox
-- KEYS[4] dead-letters   KEYS[5] results   KEYS[6] stats
-- KEYS[7] callback:<id of the dead letter that this entry says to be redriven from, or the fallback>   KEYS[8] intake
-- ARGV[1] group   ARGV[2] entry id   ARGV[3] id as given, or the fallback   ARGV[4] fallback id
-- ARGV[5] reason   ARGV[6] code   ARGV[7] message   ARGV[8] raw   ARGV[9] call id, or ''
-- ARGV[10] now, ISO   ARGV[11] now, epoch ms   ARGV[12] oldest results id to keep
-- ARGV[13] id of the dead letter that it says to be redriven from   ARGV[14] how raw is encoded, or ''
-- ARGV[15] '1' if the id as given is kept for something else, so that nothing of this entry may lie under it
-- ARGV[16] bytes of what was sent, where raw is only the beginning, or ''   ARGV[17] SHA-1 of what was sent, or ''
-- Returns the id it lies under, or '' if the entry was dealt with before, or its callback is under way: one entry, one end.
local function is_there()
  -- To look at a large one costs what it holds. That it is pending says as much, where somebody reads the inbox at all.
  local pending = ARGV[16] ~= '' and redis.pcall('XPENDING', KEYS[3], ARGV[1], ARGV[2], ARGV[2], 1)
  if pending and #pending == 1 then return true end
  return #redis.call('XRANGE', KEYS[3], ARGV[2], ARGV[2]) == 1
end

if not is_there() then return '' end
local key, id = KEYS[1], ARGV[3]
-- pcall: under a caller's id there may lie a key of another type, which is nobody's ledger.
local found = redis.pcall('HMGET', key, 'state', 'entry')
local state, entry = unpack(found)
if found.err then state = 'foreign' end
local is_own = entry == ARGV[2]
if ARGV[15] == '1' and not is_own then state = 'foreign' end
-- This very entry has become a callback, on whose way somebody else has been faster: all that is left to do is confirm.lua's.
if is_own and state ~= 'accepted' then
  redis.call('HDEL', key, 'entry')
  take_entry(KEYS[3], KEYS[8], ARGV[1], ARGV[2])
  return ''
end
-- Anybody can write that his entry was redriven from a letter; the letter has to say so too.
local redriven = redis.pcall('HGET', KEYS[7], 'redrivenAs') == ARGV[2]
-- What others have put under the id stays untouched.
if redriven and not is_own then
  key, id = KEYS[7], ARGV[13]
elseif state and not is_own then
  key, id = KEYS[2], ARGV[4]
end
redis.call('HSET', key, 'v', '1', 'state', 'dead', 'reason', ARGV[5], 'code', ARGV[6], 'message', ARGV[7],
  'raw', ARGV[8], 'updatedAt', ARGV[10])
-- Its ledger was opened: then that says when it was accepted.
if not is_own then redis.call('HSET', key, 'acceptedAt', iso_time(entry_time(ARGV[2], redis_now()))) end
redis.call('HSETNX', key, 'generation', '1')
redis.call('HSETNX', key, 'attempts', '0')
-- The letter that went in again lies there again, with what it says of its past.
if redis.call('HDEL', key, 'redrivenAs') == 1 then redis.call('HINCRBY', key, 'generation', 1) end
redis.call('HDEL', key, 'entry', 'discardedAt', 'rawEncoding', 'rawLength', 'rawSha1')
if ARGV[14] ~= '' then redis.call('HSET', key, 'rawEncoding', ARGV[14]) end
if ARGV[16] ~= '' then redis.call('HSET', key, 'rawLength', ARGV[16]) end
if ARGV[17] ~= '' then redis.call('HSET', key, 'rawSha1', ARGV[17]) end
-- What lay here may have been on its way to being forgotten. A dead letter stays until somebody acts on it.
redis.call('PERSIST', key)
redis.call('ZADD', KEYS[4], ARGV[11], id)
redis.call('HINCRBY', KEYS[6], 'dead:' .. ARGV[5], 1)
local told = { 'id', id, 'state', 'dead', 'reason', ARGV[5], 'code', ARGV[6], 'attempts', redis.call('HGET', key, 'attempts'),
  'at', ARGV[10] }
local function tell(name, value)
  told[#told + 1] = name
  told[#told + 1] = value
end
-- Whoever waits for the id that he gave finds it here, under whatever id the letter lies.
if ARGV[3] ~= ARGV[4] and ARGV[3] ~= id then
  redis.call('HSET', key, 'submittedId', ARGV[3])
  tell('submittedId', ARGV[3])
end
if ARGV[9] ~= '' then tell('callId', ARGV[9]) end
-- A generation that was opened again, and is buried before it was sent, keeps the doubt of those before.
if redis.call('HGET', key, 'possibleDuplicate') then tell('possibleDuplicate', '1') end
redis.call('XADD', KEYS[5], 'MINID', '~', oldest_result(ARGV[12], ARGV[11]), '*', unpack(told))
take_entry(KEYS[3], KEYS[8], ARGV[1], ARGV[2])
return id
