-- plain_attributes(field): as in plain-rules.lua.
--- @include "unjudged"
local attributes_rule = 'must be an object of at most 16 strings of at most 256 characters; names are [A-Za-z0-9._-]{1,64}'

-- Not by Lua's own order of texts, which is that of the server's language.
local function is_before(one, other)
  for at = 1, math.min(#one, #other) do
    local a, b = string.byte(one, at, at), string.byte(other, at, at)
    if a ~= b then return a < b end
  end
  return #one < #other
end

local function attribute_of(name, value)
  if not string.find(name, '^[%w._-]+$') or #name > 64 or not value.text or #value.text > 256 then return nil end
  -- JavaScript puts whole numbers first among the names of an object.
  if string.find(name, '^%d+$') or string.find(value.text, '^ ') or string.find(value.text, ' $') then return unjudged() end
  return '"' .. name .. '":"' .. value.text .. '"'
end

local function plain_attributes(field)
  if not field.object then return nil, 'must be an object of strings' end
  local names = {}
  for name in pairs(field.object) do names[#names + 1] = name end
  if #names > 16 then return nil, attributes_rule end
  table.sort(names, is_before)
  local is_clear = true
  for at, name in ipairs(names) do
    local attribute = attribute_of(name, field.object[name])
    if not attribute then return nil, attributes_rule end
    is_clear = is_clear and not is_unjudged(attribute)
    names[at] = attribute
  end
  if not is_clear then return unjudged() end
  return #names > 0 and '{' .. table.concat(names, ',') .. '}' or nil
end
