-- The other half.
--- @include "circle"
local function there() return 1 end
