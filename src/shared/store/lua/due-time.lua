-- due_time(accepted): when a promise is due that was accepted at `accepted`, epoch ms.
--- @include "iso-time"
--- @uses delay_ms not_before
local function due_time(accepted)
  local due_at = iso_time(accepted + (tonumber(delay_ms) or 0))
  return not_before > due_at and not_before or due_at
end
