-- The rules of acceptance: of what the library submits, and of what the bridge takes in.
--- @include "../lua/judge-id"
--- @uses callback dead_letters id intent expires_at traceparent
-- read_ledger(): all that these rules ask of it, read once.
local function read_ledger()
  local c = read(callback, 'state', 'reason', 'intent', 'discardedAt', 'entry', 'generation', 'attempts', 'possibleDuplicate',
    'acceptedAt', 'dueAt', 'rescheduledAt', 'placed', 'traceparent')
  return c
end

-- open_ledger(old, entry, { accepted_at, due_at, redrive_of }): writes generation n+1 in state accepted. `old`: as it was read.
-- What earlier generations attempted stays counted, so that an attempt's number is never used twice; the budget counts from
-- priorAttempts.
local function open_ledger(old, entry, given)
  local generation = (tonumber(old.generation) or 0) + 1
  -- Whatever lies here goes with its time to live: a promise must not be forgotten with what it replaces.
  redis.call('DEL', callback)
  if generation > 1 then redis.call('ZREM', dead_letters, id) end
  redis.call('HSET', callback, 'v', '1', 'state', 'accepted', 'generation', generation, 'entry', entry, 'intent', intent,
    'acceptedAt', given.accepted_at, 'dueAt', given.due_at, 'updatedAt', given.accepted_at, 'attempts', old.attempts or '0')
  -- What was wanted of the generation before is not wanted of this one (wish.lua).
  if generation > 1 then redis.call('HSET', callback, 'openedBy', entry) end
  if old.attempts and old.attempts ~= '0' then redis.call('HSET', callback, 'priorAttempts', old.attempts) end
  -- It was discarded, and nobody has said that it was not booked. The stats do not count it: a producer may not write them.
  local doubt = old.reason == 'uncertain' and '1' or old.possibleDuplicate
  if doubt then redis.call('HSET', callback, 'possibleDuplicate', doubt) end
  if expires_at ~= '' then redis.call('HSET', callback, 'expiresAt', expires_at) end
  local from = given.redrive_of
  if from and from ~= '' and from ~= id then redis.call('HSET', callback, 'redriveOf', from) end
  if traceparent ~= '' then redis.call('HSET', callback, 'traceparent', traceparent) end
  return generation
end
