-- settle: records what an attempt came to, the next state, the results entry and the dead-letter index, together.
-- Safe to repeat, and safe when it comes late: the attempt's number is the fence.
-- KEYS[1] callback:<id>   KEYS[2] results   KEYS[3] dead-letters   KEYS[4] stats   KEYS[5] record:<recordId>
-- KEYS[6] recent
-- ARGV[1] id   ARGV[2] attempt, 0 if none was opened   ARGV[3] attempt record, JSON   ARGV[4] next state: retrying, booked or dead
-- ARGV[5] now, ISO   ARGV[6] now, epoch ms   ARGV[7] recordId or ''   ARGV[8] reason or ''   ARGV[9] code or ''
-- ARGV[10] message or ''   ARGV[11] next attempt at, ISO, or ''   ARGV[12] '1' if it may be sent twice, or was and died
-- ARGV[13] retention, ms   ARGV[14] oldest results id to keep   ARGV[15] attributes, JSON, or ''   ARGV[16] attempt records to keep
-- ARGV[17] how long a ContactRequest is known as ours, ms   ARGV[18] since when it is uncertain and to be verified, ISO, or ''
-- ARGV[19] what follows an uncertain outcome, for the stats, or ''   ARGV[20] generation
-- ARGV[21] what the attempt came to, with its code, for what happened lately, or ''
-- Returns 'settled' | 'already' | 'late-booking' | 'double-booking' | 'stale' | 'missing'
local key = KEYS[1]
local attempt = tonumber(ARGV[2])
local e = { key = key, id = ARGV[1], results = KEYS[2], dead_letters = KEYS[3], stats = KEYS[4], record = KEYS[5],
  now = ARGV[5], now_ms = ARGV[6], retention = ARGV[13], oldest = ARGV[14], attributes = ARGV[15], record_ttl = ARGV[17] }
local state, attempts, record_id, open_record, prior, generation =
  unpack(redis.call('HMGET', key, 'state', 'attempts', 'recordId', 'attempt:' .. ARGV[2], 'priorAttempts', 'generation'))
if not state then return 'missing' end
-- A full Redis (maxmemory) refuses a script's first write if that may grow, and lets the later ones pass. What an attempt
-- came to must be written down even then, so the first one takes away a field that is never there.
redis.call('HDEL', key, '')

local function record_attempt()
  if attempt == 0 then return end
  redis.call('HSET', key, 'attempt:' .. attempt, ARGV[3])
  -- The first record stays for good; of the others the newest do.
  local oldest = attempt - tonumber(ARGV[16])
  if oldest > 1 then redis.call('HDEL', key, 'attempt:' .. oldest) end
end

-- The attempt was taken for lost, and then it was sent after all, or had been: nobody knows whether it was booked. Where
-- something else was sent since, or will be, the customer may be rung twice; where an end was told, it is told again.
local function admit_doubt()
  local reason, code, since, marked = unpack(redis.call('HMGET', key, 'reason', 'code', 'uncertainSince', 'possibleDuplicate'))
  local asked_about = state == 'booked' or since or (state == 'dead' and reason == 'uncertain')
  if marked or (asked_about and tonumber(attempts) == attempt) then return end
  mark(e)
  redis.call('HSET', key, 'updatedAt', ARGV[5])
  if state == 'booked' then announce(e, 'booked', { 'recordId', record_id }) end
  if state == 'dead' then announce(e, 'dead', { 'reason', reason, 'code', code }) end
end

local waits = state == 'accepted' or state == 'scheduled' or state == 'retrying'
-- An attempt's number is never used twice. Where there is none, the generation says whose end it is.
local current = attempt == 0 and waits and generation == ARGV[20]
  or (state == 'attempting' and tonumber(attempts) == attempt)
if not current then
  if open_record == ARGV[3] then return 'already' end
  if ARGV[4] ~= 'booked' then
    if ARGV[19] ~= '' then admit_doubt() end
    return 'stale'
  end
  -- The attempt of a generation that was replaced by a new submission: what it booked is not what is promised now.
  local replaced = not open_record and attempt <= (tonumber(prior) or 0)
  if not replaced then record_attempt() end
  if state == 'booked' and is_same_record(record_id, ARGV[7]) then return 'already' end
  if state == 'booked' or replaced then
    mark(e)
    local others = redis.call('HGET', key, 'otherRecordIds') or ''
    for other in string.gmatch(others, '%S+') do
      if is_same_record(other, ARGV[7]) then return 'already' end
    end
    redis.call('HSET', key, 'otherRecordIds', others .. ARGV[7] .. ' ', 'updatedAt', ARGV[5])
    dispossess(e, ARGV[7])
    own(e)
    count(e, 'double-bookings')
    announce(e, 'booked', { 'recordId', ARGV[7] })
    return 'double-booking'
  end
  mark(e)
  dispossess(e, ARGV[7])
  book(e, ARGV[7])
  return 'late-booking'
end

record_attempt()
note_recent(KEYS[6], ARGV[21], ARGV[5], ARGV[6])
if ARGV[12] == '1' then mark(e) end
if ARGV[19] ~= '' then count(e, 'uncertain:' .. ARGV[19]) end
if ARGV[4] == 'booked' then
  dispossess(e, ARGV[7])
  book(e, ARGV[7])
elseif ARGV[4] == 'dead' then
  bury_callback(e, ARGV[8], ARGV[9], ARGV[10])
else
  redis.call('HSET', key, 'state', 'retrying', 'code', ARGV[9], 'message', ARGV[10], 'nextAttemptAt', ARGV[11],
    'updatedAt', ARGV[5])
  redis.call('HDEL', key, 'claim')
  if ARGV[18] ~= '' then
    redis.call('HSET', key, 'uncertainSince', ARGV[18])
    redis.call('HSETNX', key, 'firstUncertainAt', ARGV[18])
  end
end
return 'settled'
