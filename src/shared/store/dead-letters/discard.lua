-- discard: somebody has decided that nothing more will be done about a dead letter. Its ledger is forgotten in time.
--- @keys callback dead_letters letter_reasons
--- @args id now retention_ms
--- @include "../lua/discard-letter"
-- Returns 'discarded' | 'missing' | 'not-dead'
return discard_letter({ key = callback, id = id })
