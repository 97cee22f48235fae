-- locate: a callback that was taken in without being placed, by an older version or under another key, is found by its call and
-- its number from now on. Safe to repeat.
--- @keys callback by_call by_number
--- @args id intent accepted_ms call_score number_score key_mark number_print
--- @include "../lua/places"
-- intent: that it was placed by   accepted_ms: when it was accepted
-- Returns 'placed' | 'changed' (it is gone, is another one by now, or somebody else has placed it)
local c = read(callback, 'intent', 'placed')
if c.intent ~= intent or c.placed == key_mark then return 'changed' end
note_places(tonumber(accepted_ms))
return 'placed'
