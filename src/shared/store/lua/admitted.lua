-- refused_for(k, claim, known_version): why an attempt may not be opened now, though it was admitted: somebody has decided
-- otherwise since. Nil if it may.
-- k: of the control record   known_version: its version, where the pass is good for any number of attempts; else ''
--- @include "hold" "clock"
local function refused_for(k, claim, known_version)
  if not k.version then return nil end
  if pause_of(k, redis_now()) then return 'paused' end
  if k.breaker == 'open' and k.probe ~= claim then return 'breaker-open' end
  if known_version ~= '' and k.version ~= known_version then return 'control-changed' end
  return nil
end
