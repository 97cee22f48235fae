-- What attempts have come to lately, as the breaker sees it: in six slots that make up its window, and in a row.
--- @uses breaker signal
local function count_slot(slot, is_bad)
  if is_bad then redis.call('HINCRBY', breaker, slot .. ':bad', 1) end
  if redis.call('HINCRBY', breaker, slot .. ':all', 1) > 1 then return end
  for _, name in ipairs(redis.call('HKEYS', breaker)) do
    local counted_in = tonumber(string.match(name, '^(%d+):'))
    if counted_in and counted_in <= slot - 6 then redis.call('HDEL', breaker, name) end
  end
  -- What came in a row may be far apart.
  redis.call('PEXPIRE', breaker, 3600000)
end

-- count_row(name, is_one): how many in a row were, up to now.
local function count_row(name, is_one)
  if is_one then return redis.call('HINCRBY', breaker, name, 1) end
  redis.call('HDEL', breaker, name)
  return 0
end

local function slot_of(now, window) return math.floor(now * 6 / window) end

-- count_success(now, window): the same as count_signal of one that was ok, in two commands.
local function count_success(now, window)
  count_slot(slot_of(now, window), false)
  redis.call('HDEL', breaker, 'failed', 'uncertain', 'refused')
end

-- count_signal(now, window): {all, bad} of the window, where this one was bad; and what came in a row.
local function count_signal(now, window)
  local refusal = string.match(signal, '^refusal:')
  local is_bad = signal ~= 'ok' and not refusal
  local slot = slot_of(now, window)
  count_slot(slot, is_bad)
  if refusal and redis.call('HGET', breaker, 'refusal') ~= signal then
    redis.call('HSET', breaker, 'refusal', signal, 'refused', 0)
  end
  local counts = { all = 0, bad = 0 }
  counts.failed = count_row('failed', is_bad)
  counts.uncertain = count_row('uncertain', signal == 'uncertain')
  counts.refused = count_row('refused', refusal)
  if not is_bad then return counts end
  local fields = redis.call('HGETALL', breaker)
  for index = 1, #fields, 2 do
    local counted_in, what = string.match(fields[index], '^(%d+):(%a+)$')
    if counted_in and tonumber(counted_in) > slot - 6 then counts[what] = counts[what] + fields[index + 1] end
  end
  return counts
end
