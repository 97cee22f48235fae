-- erase: a callback is forgotten with all that it holds, because its customer's number is to be kept nowhere. One that
-- still waits is thereby withdrawn: nothing will be sent, which is its end. A job that is left over finds nothing.
-- KEYS[1] callback:<id>   KEYS[2] inbox   KEYS[3] dead-letters   KEYS[4] results   KEYS[5], KEYS[6] numbers
-- KEYS[7] intake
-- ARGV[1] id   ARGV[2] group   ARGV[3] its intent, else what was sent, as they were found   ARGV[4] now, ISO
-- ARGV[5] '1' if its end may be told under its id, '' if the id itself is to be forgotten
-- ARGV[6] bytes of what was sent, where that was too large to be read, or ''
-- Returns {'erased', state before} | {'attempting'} (what is under way has to be written down) | {'missing'}
--       | {'changed'} (there is another callback under the id by now)
local key = KEYS[1]
local state, intent, entry, attempts, possible_duplicate =
  unpack(redis.call('HMGET', key, 'state', 'intent', 'entry', 'attempts', 'possibleDuplicate'))
if not state then return { 'missing' } end

local function is_as_found()
  if intent then return intent == ARGV[3] end
  if ARGV[6] ~= '' then return redis.call('HSTRLEN', key, 'raw') == tonumber(ARGV[6]) end
  return (redis.call('HGET', key, 'raw') or '') == ARGV[3]
end

if not is_as_found() then return { 'changed' } end
if state == 'attempting' then return { 'attempting' } end
redis.call('DEL', key)
local read, promised = pcall(cjson.decode, intent or '')
if read and type(promised) == 'table' and type(promised.callbackNumber) == 'string' then
  forget_number({ KEYS[5], KEYS[6] }, promised.callbackNumber)
end
redis.call('ZREM', KEYS[3], ARGV[1])
if entry then
  take_entry(KEYS[2], KEYS[7], ARGV[2], entry)
end
local waits = state == 'accepted' or state == 'scheduled' or state == 'retrying'
if waits and ARGV[5] == '1' then
  local told = { 'id', ARGV[1], 'state', 'cancelled', 'attempts', attempts or '0', 'at', ARGV[4], 'code', 'erased' }
  if possible_duplicate then
    told[#told + 1] = 'possibleDuplicate'
    told[#told + 1] = possible_duplicate
  end
  redis.call('XADD', KEYS[4], '*', unpack(told))
end
return { 'erased', state }
