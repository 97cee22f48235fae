-- redrive: a dead letter goes through the inbox again, with a new attempt budget.
--- @keys callback inbox dead_letters letter_reasons stats
--- @args id now retention_ms most_bytes
--- @include "../lua/redrive-letter"
-- now: ISO   most_bytes: that an intent may have
-- Returns what redrive-letter.lua gives.
return redrive_letter({ key = callback, id = id })
