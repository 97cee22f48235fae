-- prune: takes out of a bucket what names callbacks that are kept no longer. Safe to repeat.
--- @keys bucket callback
--- @args from most
-- callback: of no id: what a callback's key begins with   from, most: which ones of the bucket are looked at
-- Returns {how many were taken out, where to go on, or '' at the end}
local function unpacked(id)
  if string.sub(id, 1, 1) ~= '#' then return id end
  local hex = string.gsub(string.sub(id, 2), '.', function(byte) return string.format('%02x', string.byte(byte)) end)
  return string.gsub(hex, '^(........)(....)(....)(....)', '%1-%2-%3-%4-')
end

local members = redis.call('ZRANGE', bucket, from, from + most - 1)
local removed = 0
for _, member in ipairs(members) do
  -- Before the id stand four bytes of time (places.lua).
  local id = unpacked(string.sub(member, 5))
  if redis.call('EXISTS', callback .. id) == 0 then removed = removed + redis.call('ZREM', bucket, member) end
end
if #members < tonumber(most) then return { removed, '' } end
return { removed, from + most - removed }
