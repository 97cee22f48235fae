-- What can be said of an entry that is too large to be given away. `values`: its names and values in turn.
--- @uses kept_bytes hashed_bytes
local function size_of(values)
  local bytes = 0
  for i = 1, #values do bytes = bytes + #values[i] end
  return bytes
end

local function beginning_of(values)
  local parts, left = {}, tonumber(kept_bytes)
  for i = 1, #values do
    if left <= 0 then break end
    parts[#parts + 1] = string.sub(values[i], 1, left)
    left = left - #values[i]
  end
  return table.concat(parts)
end

-- What somebody meant to send is its only value, where it has the right name, and all names and values otherwise.
local function describe_large(values, bytes)
  local content, length, fields = values, bytes, #values / 2
  if #values == 2 and values[1] == 'intent' then content, length = { values[2] }, #values[2] end
  local sha1 = length <= tonumber(hashed_bytes) and redis.sha1hex(table.concat(content)) or ''
  return { bytes, fields, length, beginning_of(content), sha1 }
end
