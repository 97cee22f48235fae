-- survey: which of these callbacks need a closer look: overdue, dead and not in the index, or unreadable. Reads only.
-- KEYS[1] inbox   KEYS[2] dead-letters   KEYS[3] and all that follow: callback:<id>, any number of them
-- ARGV[1] the time, ISO: what is past it has waited too long   ARGV[2] length of what stands before the id in a key
-- Returns four for each one found: {id, 'overdue', state, generation} | {id, 'unlisted', updatedAt, ''}
--       | {id, 'unreadable', problem, ''}
-- One call for a page of the ledger costs a tenth of a call for each callback. Most are not due: those cost least.
local at, before_id = ARGV[1], tonumber(ARGV[2])
local open = { accepted = true, scheduled = true, attempting = true, retrying = true }
local ended = { booked = true, cancelled = true }
local found = {}

local function tell(key, kind, first, second)
  for _, value in ipairs({ string.sub(key, before_id + 1), kind, first or '', second or '' }) do
    found[#found + 1] = value
  end
end

local function is_time(text) return string.match(text, '^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d') end

-- pcall: what is no stream holds no entry, and a field that is no entry's id names none.
local function is_in_inbox(key)
  local entry = redis.call('HGET', key, 'entry')
  return entry and #redis.pcall('XRANGE', KEYS[1], entry, entry) == 1
end

local function is_listed(key) return redis.pcall('ZSCORE', KEYS[2], string.sub(key, before_id + 1)) end

local function look_at_open(key, state, generation, later)
  -- What is no time would hold it for ever if it sorts after every time.
  if later and is_time(later) then return end
  if later then return tell(key, 'unreadable', 'unknown-time') end
  if not string.match(generation or '', '^%d+$') then return tell(key, 'unreadable', 'unknown-generation') end
  -- The bridge will come to it, however much lies before it.
  if state == 'accepted' and is_in_inbox(key) then return end
  tell(key, 'overdue', state, generation)
end

local function look_at(key)
  -- pcall: a key of another type is somebody else's, and no reason to look no further.
  local fields = redis.pcall('HMGET', key, 'state', 'v', 'dueAt', 'nextAttemptAt', 'updatedAt', 'generation')
  if fields.err then return tell(key, 'unreadable', 'wrong-type') end
  local state, v, due_at, next_at, updated_at, generation = unpack(fields)
  if v and v ~= '1' then return tell(key, 'unreadable', 'unknown-version') end
  if open[state] then
    local later = due_at and due_at > at and due_at or next_at and next_at > at and next_at
      or updated_at and updated_at > at and updated_at
    return look_at_open(key, state, generation, later)
  end
  if ended[state] then return end
  if state == 'dead' then
    if not is_listed(key) and not redis.call('HGET', key, 'discardedAt') then tell(key, 'unlisted', updated_at) end
    return
  end
  -- Forgotten since the page was read.
  if not state and redis.call('EXISTS', key) == 0 then return end
  tell(key, 'unreadable', 'unknown-state')
end

for i = 3, #KEYS do look_at(KEYS[i]) end
return found
