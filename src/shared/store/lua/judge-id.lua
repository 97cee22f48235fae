-- judge_id(c, intent): what a submission meets under its id. c: of the callback: state, reason, intent, discardedAt
--   'free'       nothing, or a dead callback that does not block its id
--   'duplicate'  the same content is there
--   'conflict'   other content is there
--   'sealed'     the same but for the number, which is sealed in one of them, and can be compared by a worker alone
-- A callback that died as `uncertain` may be booked: it blocks its id until somebody decides: redrives or discards it.
local number_in = '"callbackNumber":"[^"]*"'

local function is_maybe_same(one, other)
  if not string.find(one .. other, '"callbackNumber":"e[yw]') then return false end
  -- In the canonical form it stands before whatever a producer could name like it.
  return string.gsub(one, number_in, '', 1) == string.gsub(other, number_in, '', 1)
end

local function judge_id(c, intent)
  if not c.state then return 'free' end
  if c.state == 'dead' and (c.reason ~= 'uncertain' or c.discardedAt) then return 'free', c.state end
  if c.intent == intent then return 'duplicate', c.state end
  return is_maybe_same(c.intent or '', intent) and 'sealed' or 'conflict', c.state
end
