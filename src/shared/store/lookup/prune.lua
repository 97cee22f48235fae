-- prune: takes out of buckets what names callbacks that are kept no longer. Safe to repeat.
--- @keys callback ...buckets
--- @args from most
-- callback: of no id: what a callback's key begins with   from: what is left out of the first bucket   most: are looked at
-- Returns {how many were taken out, how many buckets are done, what is to be left out of the next one}
local function unpacked(id)
  if string.sub(id, 1, 1) ~= '#' then return id end
  local hex = string.gsub(string.sub(id, 2), '.', function(byte) return string.format('%02x', string.byte(byte)) end)
  return string.gsub(hex, '^(........)(....)(....)(....)', '%1-%2-%3-%4-')
end

-- prune_bucket(bucket, first, limit): how many were looked at, and taken out.
local function prune_bucket(bucket, first, limit)
  -- pcall: a key of another type is somebody else's, and holds up no other.
  local members = redis.pcall('ZRANGE', bucket, first, first + limit - 1)
  if members.err then return 0, 0 end
  local removed = 0
  for _, member in ipairs(members) do
    -- Before the id stand four bytes of time (places.lua).
    local id = unpacked(string.sub(member, 5))
    if redis.call('EXISTS', callback .. id) == 0 then removed = removed + redis.call('ZREM', bucket, member) end
  end
  return #members, removed
end

local left, removed_in_all, first = tonumber(most), 0, tonumber(from)
for done, bucket in ipairs(buckets) do
  local looked_at, removed = prune_bucket(bucket, first, left)
  left, removed_in_all = left - looked_at, removed_in_all + removed
  if left <= 0 then return { removed_in_all, done - 1, first + looked_at - removed } end
  first = 0
end
return { removed_in_all, #buckets, 0 }
