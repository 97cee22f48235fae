-- The ends of a callback, shared by settle.lua, verify.lua, resolve.lua and redrive.lua. `e` holds what the script knows:
-- key, id, results, dead_letters, stats, record (the key that says whose a ContactRequest is), now (ISO), now_ms,
-- retention and record_ttl (ms), oldest (results id to keep), attributes (JSON, or '').

local function count(e, what)
  redis.call('HINCRBY', e.stats, what, 1)
end

-- From now on, and for good: the customer may be rung twice.
local function mark(e)
  if redis.call('HSET', e.key, 'possibleDuplicate', '1') == 1 then count(e, 'possible-duplicates') end
end

local function decoded(intent)
  local read, value = pcall(cjson.decode, intent or '')
  return read and type(value) == 'table' and value or {}
end

-- attributes_of(intent): as the results carry them. The order of their names may differ from the intent's.
local function attributes_of(intent)
  local attributes = decoded(intent).attributes
  return attributes and cjson.encode(attributes) or ''
end

local function announce(e, state, details)
  local attempts, possible_duplicate, intent =
    unpack(redis.call('HMGET', e.key, 'attempts', 'possibleDuplicate', 'intent'))
  local entry = { 'id', e.id, 'state', state, 'attempts', attempts or '0', 'at', e.now }
  local function add(name, value)
    if value and value ~= '' then entry[#entry + 1] = name; entry[#entry + 1] = value end
  end
  add('callId', decoded(intent).callId)
  for at = 1, #details, 2 do add(details[at], details[at + 1]) end
  add('attributes', e.attributes)
  add('possibleDuplicate', possible_duplicate)
  redis.call('XADD', e.results, 'MINID', '~', oldest_result(e.oldest, e.now_ms), '*', unpack(entry))
end

local function bury_callback(e, reason, code, message)
  redis.call('HSET', e.key, 'state', 'dead', 'reason', reason, 'code', code, 'message', message, 'updatedAt', e.now)
  redis.call('HDEL', e.key, 'claim', 'nextAttemptAt', 'uncertainSince', 'firstUncertainAt', 'searches')
  redis.call('ZADD', e.dead_letters, e.now_ms, e.id)
  count(e, 'dead:' .. reason)
  announce(e, 'dead', { 'reason', reason, 'code', code })
end

-- Salesforce names a record by 15 characters, or by the same ones and three more.
local function is_same_record(one, other)
  local short, long = one, other
  if #short > #long then short, long = long, short end
  return short == long or (#short == 15 and #long == 18 and string.sub(long, 1, 15) == short)
end

-- An answer to the request itself is proof; what a search found was a conclusion. If it turns out that the ContactRequest
-- was made by this callback, the other one that was concluded to be booked by it is in doubt again, and says so.
local function dispossess(e, record_id)
  local other = redis.call('GET', e.record)
  if not other or other == e.id then return end
  local key = string.sub(e.key, 1, #e.key - #e.id) .. other
  local state, concluded, verified, intent, others =
    unpack(redis.call('HMGET', key, 'state', 'recordId', 'verified', 'intent', 'otherRecordIds'))
  if state ~= 'booked' or not verified then return end
  if not is_same_record(concluded, record_id) then return end
  redis.call('HDEL', key, 'recordId', 'verified')
  -- Answers of its own have named others since, and told them: it is booked all the same.
  local proved, rest = string.match(others or '', '^(%S+) (.*)$')
  if proved then
    redis.call('HSET', key, 'recordId', proved, 'otherRecordIds', rest, 'updatedAt', e.now)
    if rest == '' then redis.call('HDEL', key, 'otherRecordIds') end
    return
  end
  redis.call('PERSIST', key)
  local theirs = { key = key, id = other, attributes = attributes_of(intent) }
  for name, value in pairs(e) do if theirs[name] == nil then theirs[name] = value end end
  bury_callback(theirs, 'uncertain', 'record-of-another',
    'The ContactRequest it was thought to be booked by, ' .. record_id .. ', was made for another callback.')
end

-- own(e): the ContactRequest is this callback's, so that no search takes it for another's.
local function own(e)
  redis.call('SET', e.record, e.id, 'PX', e.record_ttl)
end

local function book(e, record_id, verified)
  redis.call('HSET', e.key, 'state', 'booked', 'recordId', record_id, 'updatedAt', e.now)
  redis.call('HDEL', e.key, 'claim', 'nextAttemptAt', 'reason', 'code', 'message', 'uncertainSince', 'firstUncertainAt',
    'searches')
  if verified then redis.call('HSET', e.key, 'verified', verified) end
  redis.call('ZREM', e.dead_letters, e.id)
  redis.call('PEXPIRE', e.key, e.retention)
  own(e)
  count(e, 'booked')
  announce(e, 'booked', { 'recordId', record_id, 'verified', verified })
end
