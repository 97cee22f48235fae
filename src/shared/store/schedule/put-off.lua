-- put-off: what the ledger says of callbacks that stand in the schedule. Reads only.
--- @each_keys callback
--- @include "../lua/try-read"
-- Returns of each {state, generation, due at, accepted at, intent}, with '' for what the ledger does not have
local c = try_read(callback, 'state', 'generation', 'nextAttemptAt', 'dueAt', 'acceptedAt', 'intent') or {}
return { c.state or '', c.generation or '', c.nextAttemptAt or c.dueAt or '', c.acceptedAt or '', c.intent or '' }
