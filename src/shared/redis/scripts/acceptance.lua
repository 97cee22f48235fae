-- The rules of acceptance, shared by accept.lua (library) and open.lua (bridge).

-- due_time(accepted, delay, not_before): when a promise is due that was accepted at `accepted` (epoch ms). `delay`: ms, or ''
-- `not_before`: ISO, or ''
local function due_time(accepted, delay, not_before)
  local due_at = iso_time(accepted + (tonumber(delay) or 0))
  return not_before > due_at and not_before or due_at
end

-- standing(key, intent): what a submission of `intent` meets under this key.
--   'free'       nothing there, or a dead callback that does not block its id
--   'duplicate'  the same content is there
--   'conflict'   other content is there
-- A callback that died as `uncertain` may be booked: it blocks its id until somebody decides: redrives or discards it.
local function standing(key, intent)
  local state, reason, existing, discarded = unpack(redis.call('HMGET', key, 'state', 'reason', 'intent', 'discardedAt'))
  if not state then return 'free' end
  if state == 'dead' and (reason ~= 'uncertain' or discarded) then return 'free', state end
  if existing == intent then return 'duplicate', state end
  return 'conflict', state
end

-- open_ledger(key, dead_letters, fields): writes generation n+1 in state accepted. What earlier generations attempted
-- stays counted, so that an attempt's number is never used twice; the budget counts from prior_attempts.
local function open_ledger(key, dead_letters, new)
  local generation, attempts, possible_duplicate, reason =
    unpack(redis.call('HMGET', key, 'generation', 'attempts', 'possibleDuplicate', 'reason'))
  generation = (tonumber(generation) or 0) + 1
  -- It was discarded, and nobody has said that it was not booked. The stats do not count it: a producer may not write them.
  if reason == 'uncertain' then possible_duplicate = '1' end
  -- Whatever lies here goes with its time to live: a promise must not be forgotten with what it replaces.
  redis.call('DEL', key)
  if generation > 1 then redis.call('ZREM', dead_letters, new.id) end
  redis.call('HSET', key, 'v', '1', 'state', 'accepted', 'generation', generation, 'entry', new.entry,
    'intent', new.intent, 'acceptedAt', new.accepted_at, 'dueAt', new.due_at, 'updatedAt', new.accepted_at,
    'attempts', attempts or '0')
  if attempts and attempts ~= '0' then redis.call('HSET', key, 'priorAttempts', attempts) end
  if possible_duplicate then redis.call('HSET', key, 'possibleDuplicate', possible_duplicate) end
  if new.expires_at ~= '' then redis.call('HSET', key, 'expiresAt', new.expires_at) end
  if new.redrive_of and new.redrive_of ~= '' and new.redrive_of ~= new.id then
    redis.call('HSET', key, 'redriveOf', new.redrive_of)
  end
  if new.traceparent ~= '' then redis.call('HSET', key, 'traceparent', new.traceparent) end
  return generation
end
