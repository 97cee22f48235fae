-- admit: may a callback go now, and when? Takes the moment that is free next for whoever asks, over all workers.
--- @keys control pace in_flight due_jobs waiting_jobs
--- @args claim rate max_in_flight live_percent has_job lookahead_ms lease_ms
--- @include "../lua/control" "../lua/hold" "../lua/speed" "../lua/live-share"
-- claim: unique to what goes   rate: attempts a second as configured, or ''   max_in_flight: or ''
-- live_percent: of the rate, for what was requested since a backlog began to drain
-- has_job: '1' if it is asked for a job at hand   lookahead_ms: how far ahead a moment may be   lease_ms: it is under way
-- Returns {'go', µs until then, or below 0, µs to the next one, version, claim, cause of the open breaker if it is its probe}
--       | {'free', version} (nothing is limited) | {'held', reason, ms after which to ask again} | {'wait', ms}
--       | {'idle'} (nothing is due)
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
local now = math.floor(now_us / 1000)
local c = read(control, 'version', 'dispatchPausedAt', 'dispatchPausedUntil', 'rate', 'breaker', 'breakerUntil',
  'breakerCause', 'probe', 'probeUntil', 'rampAt', 'rampMs', 'slow', 'slowAt', 'slowUntil', 'backlogBefore')

local function held(reason, till)
  local wait = till == '' and 1000 or math.max(10, math.min(1000, till - now))
  return { 'held', reason, wait }
end

local paused_until = pause_of(c, now)
if paused_until then return held('paused', paused_until) end
if c.dispatchPausedAt then
  redis.call('HDEL', control, 'dispatchPausedAt', 'dispatchPausedUntil', 'dispatchPausedBy', 'dispatchPausedReason')
  end_hold(now)
end
local till = closed_until(c, now)
if till then return held('breaker-open', till) end
local is_probe = c.breaker == 'open'
if has_job == '' and redis.call('ZCARD', due_jobs) == 0 and redis.call('LLEN', waiting_jobs) == 0 then return { 'idle' } end

local version = c.version or '0'
if is_probe then
  redis.call('HSET', control, 'probe', claim, 'probeUntil', now + lease_ms)
  return { 'go', 0, 0, version, claim, c.breakerCause }
end
local speed = speed_of(c, rate, now)
if not speed and max_in_flight == '' then return { 'free', version } end

local gap = speed and math.floor(1000000 / speed) or 0
local p = read(pace, 'next', 'gap')
local slot = tonumber(p.next) or now_us
-- A rate that was raised counts at once: what is left of the longer gap is not waited out.
if p.gap and tonumber(p.gap) > gap and slot > now_us then slot = math.max(now_us, slot - p.gap + gap) end
-- One gap is caught up with, which forgives a worker that came late; more would be a burst after every rest.
if slot < now_us - gap then slot = now_us end
local ahead = slot - now_us - lookahead_ms * 1000
if ahead > 0 then return { 'wait', math.ceil(ahead / 1000) } end
if max_in_flight ~= '' then
  redis.call('ZREMRANGEBYSCORE', in_flight, '-inf', now)
  local had_place = redis.call('ZREM', in_flight, claim) == 1
  if not had_place and redis.call('ZCARD', in_flight) >= tonumber(max_in_flight) then return { 'wait', 25 } end
  redis.call('ZADD', in_flight, math.floor(math.max(slot, now_us) / 1000) + lease_ms, claim)
  redis.call('PEXPIRE', in_flight, lease_ms * 2)
end
if c.backlogBefore and has_job == '' then prefer_live(c.backlogBefore) end
redis.call('HSET', pace, 'next', slot + gap, 'gap', gap)
redis.call('PEXPIRE', pace, math.ceil(gap / 1000) + 60000)
return { 'go', slot - now_us, gap, version, claim, '' }
