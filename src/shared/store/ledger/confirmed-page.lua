-- What the confirmations of a page have in common is done once, after the last of them. Should one of them fail, nothing of it
-- is: each is then asked for alone, and finds what was done of it.
--- @include "../lua/taking" "../lua/flow"
local entries, flow_of = {}, {}

local function confirm_page()
  for what, how_many in pairs(flow_of) do note_flow(what, how_many) end
  take_entries(entries)
end
