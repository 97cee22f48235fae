-- letters-evenly: dead letters that are spread evenly over all that died within a time. Reads only.
--- @keys dead_letters
--- @args since before most
-- since, before: epoch ms, or -inf and +inf
-- Returns how many died then, and the ids of so many of them, or of all where they are fewer.
local first = redis.call('ZCOUNT', dead_letters, '-inf', '(' .. since)
local total = redis.call('ZCOUNT', dead_letters, since, '(' .. before)
local wanted = math.min(total, tonumber(most))
local reply = { total }
for at = 0, wanted - 1 do
  local rank = first + math.floor(at * total / wanted)
  reply[at + 2] = redis.call('ZRANGE', dead_letters, rank, rank)[1]
end
return reply
