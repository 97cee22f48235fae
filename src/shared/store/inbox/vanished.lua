-- vanished: how many entries have left an inbox without having been taken in, since that is counted. Reads only.
--- @keys inbox intake
--- @include "../lua/entries-gone"
-- Returns that number; -1 where nobody knows
local c = read(intake, 'taken', 'goneBefore')
if not c.goneBefore then return -1 end
local gone = entries_gone(tonumber(c.taken))
return gone and gone - tonumber(c.goneBefore) or -1
