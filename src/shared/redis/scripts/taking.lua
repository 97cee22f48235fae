-- What leaves an inbox is counted, so that it can be told what left it otherwise: an XADD with MAXLEN or MINID, an XTRIM or an
-- XDEL by hand take away what nobody has read yet, and no rule of Redis forbids the first to whoever may enqueue.

-- entries_gone(inbox, taken): how many entries have left it by other hands, `taken` being those that left by ours. nil where the
-- server does not count what was added (before Redis 7).
local function entries_gone(inbox, taken)
  local info = redis.pcall('XINFO', 'STREAM', inbox)
  local about = {}
  for at = 1, #info, 2 do about[info[at]] = info[at + 1] end
  local added = about['entries-added']
  return added and added - about['length'] - taken
end

-- take_entry(inbox, intake, group, entry): it has got where it belongs.
local function take_entry(inbox, intake, group, entry)
  redis.call('XACK', inbox, group, entry)
  if redis.call('XDEL', inbox, entry) == 0 then return end
  local taken = redis.pcall('HINCRBY', intake, 'taken', 1)
  if type(taken) ~= 'number' or taken % 1000 ~= 1 then return end
  -- What was gone before we began to count, or with a stream in whose place there is a new one, is not held against anybody.
  local gone, before = entries_gone(inbox, taken), tonumber(redis.call('HGET', intake, 'goneBefore'))
  if gone and (not before or gone < before) then redis.call('HSET', intake, 'goneBefore', gone) end
end
