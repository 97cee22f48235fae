-- inspect: which of these callbacks need a closer look: overdue, dead and unlisted, found by nothing, or unreadable. Reads only.
--- @keys inbox dead_letters letter_reasons ...callbacks
--- @args at id_offset key_mark
--- @include "../lua/try-read" "../lua/states" "unplaced"
-- at: ISO; what is past it has waited too long   id_offset: how many bytes stand before the id in a callback's key
-- key_mark: of the key that callbacks are placed by; '' if that is of no interest
-- Returns four for each one found: {id, 'overdue', state, generation} | {id, 'unlisted', updatedAt, ''}
--       | {id, 'unplaced', acceptedAt, ''} | {id, 'unreadable', problem, ''}
-- One call for a page of the ledger costs a tenth of a call for each callback. Most are not due: those cost least.
local found = {}

local function id_of(key) return string.sub(key, tonumber(id_offset) + 1) end

local function report(key, kind, first, second)
  for _, value in ipairs({ id_of(key), kind, first or '', second or '' }) do found[#found + 1] = value end
end

-- pcall: a key that is not a stream holds no entry, and a field that is not an entry's id names none.
local function is_in_inbox(key)
  local entry = redis.call('HGET', key, 'entry')
  return entry and #redis.pcall('XRANGE', inbox, entry, entry) == 1
end

local function is_in(index, key) return redis.pcall('ZSCORE', index, id_of(key)) end

local function inspect_open(key, c)
  local later
  for _, time in ipairs({ c.dueAt or '', c.nextAttemptAt or '', c.updatedAt or '' }) do
    if not later and time > at then later = time end
  end
  -- What is not a time would hold it for ever if it sorts after every time.
  if later and string.match(later, '^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d') then return end
  if later then return report(key, 'unreadable', 'unknown-time') end
  if not string.match(c.generation or '', '^%d+$') then return report(key, 'unreadable', 'unknown-generation') end
  -- The bridge will come to it, however much lies before it.
  if c.state == 'accepted' and is_in_inbox(key) then return end
  report(key, 'overdue', c.state, c.generation)
end

local function inspect_dead(key, c)
  -- An older version lists it by time alone.
  local is_listed = is_in(dead_letters, key) and is_in(letter_reasons, key)
  if not is_listed and not redis.call('HGET', key, 'discardedAt') then report(key, 'unlisted', c.updatedAt) end
end

local function inspect(key)
  -- A key of another type is somebody else's, and no reason to look no further.
  local c = try_read(key, 'state', 'v', 'dueAt', 'nextAttemptAt', 'updatedAt', 'generation', 'placed')
  if not c then return report(key, 'unreadable', 'wrong-type') end
  if c.v and c.v ~= '1' then return report(key, 'unreadable', 'unknown-version') end
  if is_unplaced(key, c.placed) then report(key, 'unplaced', redis.call('HGET', key, 'acceptedAt')) end
  if is_open(c.state) then return inspect_open(key, c) end
  if c.state == 'dead' then return inspect_dead(key, c) end
  -- Without a state it was forgotten since the page was read.
  if is_end(c.state) or not c.state and redis.call('EXISTS', key) == 0 then return end
  report(key, 'unreadable', 'unknown-state')
end

for _, key in ipairs(callbacks) do inspect(key) end
return found
