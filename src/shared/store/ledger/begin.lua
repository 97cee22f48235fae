-- begin: opens the next attempt in the ledger before any byte is sent, or says why nothing may be sent.
--- @keys callback control retrying
--- @args generation claim known_version now now_with_tolerance trace
--- @include "../lua/states" "../lua/admitted" "../lua/retrying"
-- claim: unique to this run of the job   known_version: as in admitted.lua   now, now_with_tolerance: ISO
-- trace: W3C trace context of the attempt, where it has one; then the record of the one before it is given too
-- prior attempts: those that the budget does not count   held: ms for which nothing could be sent since the first attempt
-- first due at: of the callback, whatever attempts it has had   before: record of the attempt before, or ''
-- Returns {'begun', attempt, prior attempts, first attempt at, held, intent, traceparent or '', due at, first due at, before}
--       | {'unsettled', attempt, prior attempts, first attempt at, held, intent, attempt record}
--       | {'unverified', attempt, prior attempts, first attempt at, held, intent, attempt record, first uncertain at, searches}
--       | {'refused', reason}            as in admitted.lua
--       | {'expired', intent} | {'not-due', dueAt} | {'ended', state} | {'missing'}
--       | {'unknown-version', v}         a newer worker wrote this ledger; an older one must not touch it
local c = read(callback, 'state', 'generation', 'claim', 'intent', 'attempts', 'priorAttempts', 'firstAttemptAt',
  'nextAttemptAt', 'expiresAt', 'traceparent', 'dueAt', 'v', 'uncertainSince', 'searches', 'firstUncertainAt', 'acceptedAt',
  'uncounted', 'heldBefore', 'code')
local k = read(control, 'version', 'dispatchPausedAt', 'dispatchPausedUntil', 'breaker', 'probe', 'heldMs')
if not c.state or not c.intent then return { 'missing' } end
if c.v and c.v ~= '1' then return { 'unknown-version', c.v } end
if is_end(c.state) then return { 'ended', c.state } end
if c.generation ~= generation then return { 'ended', 'redriven' } end
local prior = (tonumber(c.priorAttempts) or 0) + (tonumber(c.uncounted) or 0)
local held_ms = tonumber(k.heldMs) or 0
local held = c.firstAttemptAt and held_ms - (tonumber(c.heldBefore) or 0) or 0
local attempts = tonumber(c.attempts) or 0
local due, first_due = c.nextAttemptAt or c.dueAt, c.dueAt or c.nextAttemptAt
if c.state == 'attempting' then
  -- The same claim: the reply to this very call was lost with a connection and the client sent it again.
  if c.claim == claim then
    return { 'begun', attempts, prior, c.firstAttemptAt, held, c.intent, c.traceparent or '', due, first_due }
  end
  -- Another claim: the worker that opened the attempt is gone, or has lost its lock. Nobody knows what came of it.
  local record = redis.call('HGET', callback, 'attempt:' .. attempts)
  return { 'unsettled', attempts, prior, c.firstAttemptAt, held, c.intent, record }
end
-- Whether the attempt before was booked is asked first, even if it is too late to send another: asking calls nobody.
if c.expiresAt and c.expiresAt <= now and not c.uncertainSince then return { 'expired', c.intent } end
-- The job is here early: a worker died between settling an attempt and delaying it, or the clock of a machine is ahead.
-- What was due when Redis took it is due, however far the clock of this worker is behind Redis'.
local was_due = c.acceptedAt and due and due <= c.acceptedAt
if due and due > now_with_tolerance and not was_due then return { 'not-due', due } end
local reason = refused_for(k, claim, known_version)
if reason then return { 'refused', reason } end
if c.uncertainSince then
  local record = redis.call('HGET', callback, 'attempt:' .. attempts)
  -- A ContactRequest of an earlier attempt may have been found by no search yet.
  local since = c.firstUncertainAt or c.uncertainSince
  return { 'unverified', attempts, prior, c.firstAttemptAt, held, c.intent, record, since, c.searches or 0 }
end
local before = trace ~= '' and redis.call('HGET', callback, 'attempt:' .. attempts) or ''
local traced = trace ~= '' and ',"traceparent":"' .. trace .. '"' or ''
attempts = attempts + 1
local first = c.firstAttemptAt or now
redis.call('HSET', callback, 'state', 'attempting', 'attempts', attempts, 'claim', claim, 'firstAttemptAt', first,
  'updatedAt', now, 'attempt:' .. attempts, '{"startedAt":"' .. now .. '"' .. traced .. '}')
leave_retrying(c)
if not c.firstAttemptAt and held_ms > 0 then redis.call('HSET', callback, 'heldBefore', held_ms) end
if c.nextAttemptAt then redis.call('HDEL', callback, 'nextAttemptAt') end
return { 'begun', attempts, prior, first, held, c.intent, c.traceparent or '', due, first_due, before }
