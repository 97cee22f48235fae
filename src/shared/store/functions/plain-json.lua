-- parse_plain(text): the fields of a JSON object that is written plainly, each {text =} or {number =} or {flag =} or {none =}
-- or {object =}; nil of any other text, which may be valid. Gives besides, where a name stands twice, which one.
-- Plain are characters of ASCII without escapes, whole numbers, and objects of such in an object. By these Lua and JavaScript
-- mean the same; of cjson that cannot be said, which takes what is not JSON, and silently the last of two names.
local literals = { ['true'] = { flag = true }, ['false'] = { flag = false }, null = { none = true } }

-- words_of(text): a function that takes what comes next, if it has that form, and then stands behind it.
local function words_of(text)
  local at = 1
  return function(form)
    if form == 'the end' then return string.find(text, '^[ \t\r\n]*$', at) end
    local _, last, found = string.find(text, '^[ \t\r\n]*(' .. form .. ')', at)
    at = last and last + 1 or at
    return found
  end
end

local function plain_text(take)
  local quoted = take('"[^%c"\\\128-\255]*"')
  return quoted and string.sub(quoted, 2, -2)
end

local function plain_scalar(take)
  local text = plain_text(take)
  if text then return { text = text } end
  local literal = take('%l+')
  if literal then return literals[literal] end
  local digits = take('%-?%d+')
  local is_whole = digits and #digits <= 15 and digits ~= '-0' and not string.find(digits, '^%-?0.')
  return is_whole and { number = tonumber(digits) } or nil
end

local function plain_object(take, value_of)
  local fields, twice = {}, nil
  if take('}') then return { object = fields } end
  repeat
    local name = plain_text(take)
    local value = name and take(':') and value_of(take)
    if not value then return nil end
    if fields[name] then twice = twice or name end
    if value.twice then twice = twice or name .. '.' .. value.twice end
    fields[name] = value
  until not take(',')
  return take('}') and { object = fields, twice = twice } or nil
end

local function plain_value(take)
  if take('{') then return plain_object(take, plain_scalar) end
  return plain_scalar(take)
end

local function parse_plain(text)
  local take = words_of(text)
  local parsed = take('{') and plain_object(take, plain_value)
  if not parsed or not take('the end') then return nil end
  return parsed.object, parsed.twice
end
