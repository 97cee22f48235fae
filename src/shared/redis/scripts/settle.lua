-- settle: records what an attempt came to, the next state, the results entry and the dead-letter index, together.
-- Safe to repeat, and safe when it comes late: the attempt's number is the fence.
-- KEYS[1] callback:<id>   KEYS[2] results   KEYS[3] dead-letters
-- ARGV[1] id   ARGV[2] attempt, 0 if none was opened   ARGV[3] attempt record, JSON   ARGV[4] next state: retrying, booked or dead
-- ARGV[5] now, ISO   ARGV[6] now, epoch ms   ARGV[7] recordId or ''   ARGV[8] reason or ''   ARGV[9] code or ''
-- ARGV[10] message or ''   ARGV[11] next attempt at, ISO, or ''   ARGV[12] '1' if something may have been booked
-- ARGV[13] retention, ms   ARGV[14] oldest results id to keep   ARGV[15] attributes, JSON, or ''   ARGV[16] attempt records to keep
-- Returns 'settled' | 'already' | 'late-booking' | 'double-booking' | 'stale' | 'missing'
local key = KEYS[1]
local attempt = tonumber(ARGV[2])
local state, attempts, record_id, open_record, prior =
  unpack(redis.call('HMGET', key, 'state', 'attempts', 'recordId', 'attempt:' .. ARGV[2], 'priorAttempts'))
if not state then return 'missing' end
-- A full Redis (maxmemory) refuses a script's first write if that may grow, and lets the later ones pass. What an attempt
-- came to must be written down even then, so the first one takes away a field that is never there.
redis.call('HDEL', key, '')

local function announce(state_now, record)
  local entry = { 'id', ARGV[1], 'state', state_now, 'attempts', attempts or '0', 'at', ARGV[5] }
  local function add(name, value) if value and value ~= '' then entry[#entry + 1] = name; entry[#entry + 1] = value end end
  add('recordId', record)
  add('reason', state_now == 'dead' and ARGV[8])
  add('code', state_now == 'dead' and ARGV[9])
  add('attributes', ARGV[15])
  add('possibleDuplicate', redis.call('HGET', key, 'possibleDuplicate'))
  redis.call('XADD', KEYS[2], 'MINID', '~', ARGV[14], '*', unpack(entry))
end

local function record_attempt()
  if attempt == 0 then return end
  redis.call('HSET', key, 'attempt:' .. attempt, ARGV[3])
  -- The first record stays for good; of the others the newest do.
  local oldest = attempt - tonumber(ARGV[16])
  if oldest > 1 then redis.call('HDEL', key, 'attempt:' .. oldest) end
end

local function book()
  redis.call('HSET', key, 'state', 'booked', 'recordId', ARGV[7], 'updatedAt', ARGV[5])
  redis.call('HDEL', key, 'claim', 'nextAttemptAt', 'reason', 'code', 'message')
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('PEXPIRE', key, ARGV[13])
  announce('booked', ARGV[7])
end

local current = attempt == 0 and (state == 'accepted' or state == 'scheduled' or state == 'retrying')
  or (state == 'attempting' and tonumber(attempts) == attempt)
if not current then
  if open_record == ARGV[3] then return 'already' end
  if ARGV[4] ~= 'booked' then return 'stale' end
  -- The attempt of a generation that was replaced by a new submission: what it booked is not what is promised now.
  local replaced = not open_record and attempt <= (tonumber(prior) or 0)
  if not replaced then record_attempt() end
  if state == 'booked' and record_id == ARGV[7] then return 'already' end
  redis.call('HSET', key, 'possibleDuplicate', '1')
  if state == 'booked' or replaced then
    local others = redis.call('HGET', key, 'otherRecordIds') or ''
    if string.find(others, ARGV[7], 1, true) then return 'already' end
    redis.call('HSET', key, 'otherRecordIds', others .. ARGV[7] .. ' ', 'updatedAt', ARGV[5])
    announce('booked', ARGV[7])
    return 'double-booking'
  end
  book()
  return 'late-booking'
end

record_attempt()
if ARGV[12] == '1' then redis.call('HSET', key, 'possibleDuplicate', '1') end
if ARGV[4] == 'booked' then
  book()
elseif ARGV[4] == 'dead' then
  redis.call('HSET', key, 'state', 'dead', 'reason', ARGV[8], 'code', ARGV[9], 'message', ARGV[10], 'updatedAt', ARGV[5])
  redis.call('HDEL', key, 'claim', 'nextAttemptAt')
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[1])
  announce('dead')
else
  redis.call('HSET', key, 'state', 'retrying', 'code', ARGV[9], 'message', ARGV[10], 'nextAttemptAt', ARGV[11],
    'updatedAt', ARGV[5])
  redis.call('HDEL', key, 'claim')
end
return 'settled'
