-- discard_letter(of): nothing more will be done about a dead letter. Its ledger is forgotten in time. of: its key and its id
-- Gives 'discarded' | 'missing' | 'not-dead'
--- @include "letters"
--- @uses now retention_ms
local function discard_letter(of)
  local state = redis.call('HGET', of.key, 'state')
  if not state then return 'missing' end
  if state ~= 'dead' then return 'not-dead' end
  unlist_letter(of.id)
  redis.call('HSET', of.key, 'discardedAt', now, 'updatedAt', now)
  redis.call('PEXPIRE', of.key, retention_ms)
  return 'discarded'
end
