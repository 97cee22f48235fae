-- The library of Redis Functions for those who send from any language, and want the answer at once (docs/wire-protocol.md).
-- Whoever calls one needs the rights to what it does: it lends none.
--- @include "submit"
local function refuse_usage(words) return redis.error_reply('RINGBACK usage: FCALL ' .. words) end

-- inbox_or_door(key): what lies beside an inbox, or a door.
local function inbox_or_door(key)
  local prefix, kind = string.match(key or '', '^(%b{}):(%l+)$')
  if kind ~= 'inbox' and kind ~= 'door' then return nil end
  return { prefix = prefix, [kind] = key }
end

redis.register_function('ringback_submit', function(keys, args)
  local place = inbox_or_door(keys[1])
  if not place or #keys ~= 1 or #args ~= 1 then
    return refuse_usage('ringback_submit 1 {ringback:<destination>}:inbox <intent as JSON>')
  end
  return submit_plainly(place, args[1])
end)

-- Gives {'sent', entry}: what became of it is said at wish:<entry>.
redis.register_function('ringback_cancel', function(keys, args)
  local place = inbox_or_door(keys[1])
  if not place or not place.inbox or #keys ~= 1 or #args ~= 1 then
    return refuse_usage('ringback_cancel 1 {ringback:<destination>}:inbox <cancel as JSON>')
  end
  return { 'sent', send_to(place, 'cancel', args[1]) }
end)

local told = { 'state', 'generation', 'attempts', 'acceptedAt', 'dueAt', 'nextAttemptAt', 'recordId', 'reason', 'code',
  'message', 'possibleDuplicate', 'cancelRequestedAt', 'updatedAt' }

-- Gives names and values of what is there, never the number; nothing of what is not known.
redis.register_function{ function_name = 'ringback_status', flags = { 'no-writes' }, callback = function(keys, args)
  local place = inbox_or_door(keys[1])
  if not place or #keys ~= 1 or #args ~= 1 then
    return refuse_usage('ringback_status 1 {ringback:<destination>}:inbox <id>')
  end
  local values, answer = redis.call('HMGET', place.prefix .. ':callback:' .. args[1], unpack(told)), {}
  for at, name in ipairs(told) do
    if values[at] then
      answer[#answer + 1] = name
      answer[#answer + 1] = values[at]
    end
  end
  return answer
end }
