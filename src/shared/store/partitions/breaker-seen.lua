-- seen_breaker(): what of the breaker, and of a limit, siblings have to know; and a text that is the same while it stands so.
--- @uses control
local function seen_breaker()
  local c = read(control, 'breaker', 'breakerSince', 'breakerUntil', 'breakerTries', 'breakerCause', 'breakerCode',
    'breakerMessage', 'breakerOf', 'probe', 'probeUntil', 'rampAt', 'rampMs', 'slow', 'slowAt', 'slowUntil')
  local parts = { c.breaker or '', c.breakerSince or '', c.breakerUntil or '', c.breakerTries or '', c.probe or '',
    c.rampAt or '', c.slowAt or '' }
  return c, table.concat(parts, ' ')
end
