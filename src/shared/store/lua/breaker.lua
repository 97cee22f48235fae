-- note_signal(claim): what an attempt says about the destination as a whole moves its breaker. True if the attempt was the probe
-- of an open breaker, and failed: no budget counts it.
--- @include "breaker-window" "breaker-state" "control" "clock"
--- @uses control signal breaker_rules
-- breaker_rules: attempts in the window, per cent of them, ms of the window, uncertain ones in a row, refusals in a row, ms until
-- the first probe, ms between later ones at most, ms of the ramp; or '': there is none
local function rules_of()
  local names = { 'attempts', 'rate', 'window', 'uncertain', 'refusals', 'least', 'most', 'ramp' }
  local rules, index = {}, 0
  for word in string.gmatch(breaker_rules, '%S+') do
    index = index + 1
    rules[names[index]] = tonumber(word)
  end
  return rules
end

local function cause_of(counts, c, rules)
  if rules.uncertain > 0 and counts.uncertain >= rules.uncertain then return 'uncertain' end
  if rules.refusals > 0 and counts.refused >= rules.refusals then return signal end
  -- After a good half minute the rate says so late.
  if counts.failed >= 2 * rules.attempts then return 'failures' end
  -- Right after an outage less is enough to believe in the next.
  local enough = c.breaker == 'ramp' and math.min(3, rules.attempts) or rules.attempts
  return counts.bad >= enough * rules.rate / 100 and counts.bad * 100 >= counts.all * rules.rate and counts.all >= enough
    and 'failures'
end

local function note_signal(claim)
  if signal == '' or breaker_rules == '' then return false end
  local now = redis_now()
  -- Nearly every attempt of a good day, so it is cheap.
  if signal == 'ok' and not redis.call('HGET', control, 'breaker') then
    count_success(now, tonumber(string.match(breaker_rules, '^%S+ %S+ (%S+)')))
    return false
  end
  local rules = rules_of()
  local c = read(control, 'breaker', 'breakerCause', 'breakerTries', 'breakerSince', 'probe', 'rampAt', 'rampMs', 'slow',
    'slowAt', 'slowUntil')
  if c.breaker == 'open' then return c.probe == claim and judge_probe(c, now, rules) end
  if c.rampAt and now >= c.rampAt + c.rampMs then
    redis.call('HDEL', control, 'breaker', 'breakerSince', 'breakerCause', 'breakerTries', 'breakerCode', 'breakerMessage',
      'rampAt', 'rampMs')
    c.breaker = nil
  end
  if signal == 'limit' then slow_down(c, now) end
  local cause = cause_of(count_signal(now, rules.window), c, rules)
  if not cause then return false end
  open_breaker(now, c.breaker == 'ramp' and tonumber(c.breakerTries) or 0, rules)
  -- After one that a sibling on another server has found, whatever the time is there.
  redis.call('HSET', control, 'breakerCause', cause, 'breakerSince', math.max(now, (tonumber(c.breakerSince) or 0) + 1))
  begin_hold(now)
  control_changed()
  return false
end
