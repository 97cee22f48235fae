-- ringback_submit: FCALL ringback_submit 1 <inbox or door> <intent as JSON>
-- Gives {'accepted', id, entry} | {'duplicate', id, state} | {'conflict', id, state} | {'refused', field, why}: nothing was
--     sent but of the first | {'sent', id, entry}: only a worker can judge it. Of the door there is no entry: ''.
--- @include "plain-json" "plain-intent" "../lua/judge-id" "../lua/try-read"
local most_bytes = 16384

-- send_to(place, field, text): as anybody could who may.
local function send_to(place, field, text)
  if place.door then return redis.call('RPUSH', place.door, text) and '' end
  return redis.call('XADD', place.inbox, '*', field, text)
end

-- id_in_text(fields, text): nil if it gives none; '' if it cannot be told, or is no text. Of what is not written plainly no
-- more is looked at than this.
local function id_in_text(fields, text)
  if fields then return fields.id and (fields.id.text or '') end
  local is_read, intent = pcall(cjson.decode, text)
  if not is_read or type(intent) ~= 'table' or not string.find(text, '^%s*{') then return '' end
  if intent.id == nil then return nil end
  return type(intent.id) == 'string' and intent.id or ''
end

-- demands_seal(place, number): a worker has published that it takes no number in the clear. Who may not read that is not told.
local function demands_seal(place, number)
  if not number or string.sub(number.text or '', 1, 1) ~= '+' then return false end
  local published = redis.pcall('GET', place.prefix .. ':public-keys')
  return type(published) == 'string' and string.find(published, '"required":true', 1, true) ~= nil
end

local function submit_plainly(place, text)
  if #text > most_bytes then return { 'refused', 'intent', 'is ' .. #text .. ' bytes long; the limit is 16384' } end
  local fields, twice = parse_plain(text)
  if twice then return { 'refused', twice, 'is given more than once; it is not clear which one is meant' } end
  local id = id_in_text(fields, text)
  if not id then return { 'refused', 'id', 'is required here, where none can be derived' } end
  local canonical, field, why
  if fields then canonical, field, why = judge_intent(fields) end
  if why then return { 'refused', field, why } end
  if fields and demands_seal(place, fields.callbackNumber) then
    return { 'refused', 'callbackNumber', 'is not sealed, and here it has to be' }
  end
  local met, state = 'sent', nil
  if canonical then
    -- A user who may not read it is not told what lies there.
    local c = try_read(place.prefix .. ':callback:' .. id, 'state', 'reason', 'intent', 'discardedAt')
    if c then met, state = judge_id(c, canonical) end
  end
  if met == 'duplicate' or met == 'conflict' then return { met, id, state } end
  return { met == 'free' and 'accepted' or 'sent', id, send_to(place, 'intent', text) }
end
