-- entries_gone(taken): how many entries have left the inbox by other hands, `taken` being those that left by ours. nil where
-- the server does not count what was added (before Redis 7).
--- @include "fields-of"
--- @uses inbox
local function entries_gone(taken)
  local about = fields_of(redis.pcall('XINFO', 'STREAM', inbox))
  local added = about['entries-added']
  return added and added - about['length'] - taken
end
