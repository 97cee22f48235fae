-- begin: opens the next attempt in the ledger before any byte is sent, or says why nothing may be sent.
-- KEYS[1] callback:<id>
-- ARGV[1] generation   ARGV[2] claim, unique to this run of the job   ARGV[3] now, ISO   ARGV[4] tolerance of clocks: now + it, ISO
-- Returns {'begun', attempt, prior attempts, first attempt at, intent, traceparent or '', due at}
--       | {'unsettled', attempt, prior attempts, first attempt at, intent, attempt record}
--       | {'unverified', attempt, prior attempts, first attempt at, intent, attempt record, first uncertain at, searches so far}
--       | {'expired', 0, prior attempts, '', intent} | {'not-due', dueAt} | {'ended', state} | {'missing'}
--       | {'unknown-version', v}         a newer worker wrote this ledger; an older one must keep its hands off
local state, generation, claim, intent, attempts, prior, first, next_at, expires_at, traceparent, due_at, v, since, searches,
  first_uncertain, accepted_at =
  unpack(redis.call('HMGET', KEYS[1], 'state', 'generation', 'claim', 'intent', 'attempts', 'priorAttempts',
    'firstAttemptAt', 'nextAttemptAt', 'expiresAt', 'traceparent', 'dueAt', 'v', 'uncertainSince', 'searches', 'firstUncertainAt',
    'acceptedAt'))
if not state or not intent then return { 'missing' } end
if v and v ~= '1' then return { 'unknown-version', v } end
if state == 'booked' or state == 'dead' or state == 'cancelled' then return { 'ended', state } end
if generation ~= ARGV[1] then return { 'ended', 'redriven' } end
prior = tonumber(prior) or 0
attempts = tonumber(attempts) or 0
if state == 'attempting' then
  -- The same claim: the reply to this very call was lost with a connection and the client sent it again.
  if claim == ARGV[2] then return { 'begun', attempts, prior, first, intent, traceparent or '', next_at or due_at } end
  -- Another claim: the worker that opened the attempt is gone, or has lost its lock. Nobody knows what came of it.
  return { 'unsettled', attempts, prior, first, intent, redis.call('HGET', KEYS[1], 'attempt:' .. attempts) }
end
-- Whether the attempt before was booked is asked first, even if it is too late to send another: asking rings nobody.
if expires_at and expires_at <= ARGV[3] and not since then return { 'expired', 0, prior, '', intent } end
-- The job is here early: a worker died between settling an attempt and delaying it, or the clock of a machine is ahead.
local due = next_at or due_at
-- What was due when Redis took it is due, however far the clock of this worker is behind Redis'.
if due and due > ARGV[4] and not (accepted_at and due <= accepted_at) then return { 'not-due', due } end
if since then
  local record = redis.call('HGET', KEYS[1], 'attempt:' .. attempts)
  -- A ContactRequest of an earlier attempt may have been found by no search yet.
  return { 'unverified', attempts, prior, first, intent, record, first_uncertain or since, searches or 0 }
end
attempts = attempts + 1
first = first or ARGV[3]
redis.call('HSET', KEYS[1], 'state', 'attempting', 'attempts', attempts, 'claim', ARGV[2], 'firstAttemptAt', first,
  'updatedAt', ARGV[3], 'attempt:' .. attempts, '{"startedAt":"' .. ARGV[3] .. '"}')
if next_at then redis.call('HDEL', KEYS[1], 'nextAttemptAt') end
return { 'begun', attempts, prior, first, intent, traceparent or '', due }
