-- The rules of an intent's fields, as far as they are written plainly: each gives what stands in the canonical form, as JSON,
-- or nil where that leaves the field out, or `unjudged()`; or nil and why it is refused.
--- @include "unjudged" "plain-times" "call-key" "../lua/iso-time"
local function json_text(text) return '"' .. text .. '"' end

local function id_member(field)
  local id = field.text
  if not id or not string.find(id, '^[%w._-]+$') or #id > 128 or string.find(id .. '-', '^inbox%-%d+%-[%d-]+$') then
    return nil, 'must be 1 to 128 characters of A-Z a-z 0-9 . _ - and not inbox-<digits>-<digits>'
  end
  -- Lua has no SHA-256 by which to see whether it is the one that is derived.
  return string.find(id, '^auto%-') and unjudged() or json_text(id)
end

local function call_id_member(field)
  local call_id = field.text
  if not call_id or #call_id < 1 or #call_id > 255 then return nil, 'must be 1 to 255 visible characters' end
  if string.find(call_id, '^ ') or string.find(call_id, ' $') then return nil, 'has a space at one of its ends; remove it' end
  if call_id == '.' or call_id == '..' then return nil, 'must not be . or .., which are steps in a path' end
  local key = call_key(call_id)
  return is_unjudged(key) and unjudged() or json_text(key)
end

local function number_member(field)
  local number = field.text
  if number and #number >= 8 and #number <= 16 and string.find(number, '^%+[1-9]%d+$') then return json_text(number) end
  if number and string.find(number, '^e[yw]') then return unjudged() end
  return nil, 'must be E.164: a + followed by 7 to 15 digits and nothing else'
end

local function preview_member(field)
  if field.flag == nil then return nil, 'must be true or false' end
  return field.flag and 'true' or nil
end

local function priority_member(field)
  local priority = field.number
  if not priority or priority < 0 or priority > 9 then return nil, 'must be a whole number from 0 (first) to 9' end
  return priority ~= 5 and tostring(priority) or nil
end

local function delay_member(field)
  local ms = field.number or field.text and plain_duration(field.text)
  if is_unjudged(ms) then return unjudged() end
  if not ms or ms < 0 then return nil, 'must be a number of ms, a duration such as 5m, or ISO 8601 such as PT5M' end
  if ms > most_ms then return nil, 'is longer than 366 days' end
  return ms > 0 and string.format('%.0f', ms) or nil
end

local function time_member(field)
  if not field.text then return nil, 'must be a time with an offset' end
  local ms = plain_time(field.text)
  return is_unjudged(ms) and unjudged() or json_text(iso_time(ms))
end

local function second_member(field)
  local time, why = time_member(field)
  if not time or is_unjudged(time) then return time, why end
  return (string.gsub(time, '%.%d+Z', 'Z'))
end
