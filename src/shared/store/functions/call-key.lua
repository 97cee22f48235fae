-- call_key(call_id): what names the call, as canonicalCallId() in TypeScript has it: a VoiceCall's id in its 18-character form.
-- `unjudged()` where that needs more than this: a checksum that is wrong, or an id that has lost its case.
--- @include "unjudged"
local checksum_letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'

-- Three characters say which of the fifteen are capitals, five each, the first one the lowest bit.
local function check_characters(id15)
  local checksum = ''
  for start = 1, 11, 5 do
    local bits = 0
    for place = 0, 4 do
      if string.find(id15, '^%u', start + place) then bits = bits + 2 ^ place end
    end
    checksum = checksum .. string.sub(checksum_letters, bits + 1, bits + 1)
  end
  return checksum
end

local function call_key(call_id)
  if #call_id > 18 or not string.find(call_id, '^0[lL][qQ]') then return call_id end
  local id15, given = string.match(call_id, '^(0LQ%w%w%w%w%w%w%w%w%w%w%w%w)(%w*)$')
  if not id15 then return unjudged() end
  local checksum = check_characters(id15)
  if given ~= '' and given ~= checksum then return unjudged() end
  return id15 .. checksum
end
