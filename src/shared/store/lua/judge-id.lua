-- judge_id(c, intent): what a submission meets under its id. c: of the callback: state, reason, intent, discardedAt
--   'free'       nothing, or a dead callback that does not block its id
--   'duplicate'  the same content is there
--   'conflict'   other content is there
-- A callback that died as `uncertain` may be booked: it blocks its id until somebody decides: redrives or discards it.
local function judge_id(c, intent)
  if not c.state then return 'free' end
  if c.state == 'dead' and (c.reason ~= 'uncertain' or c.discardedAt) then return 'free', c.state end
  return c.intent == intent and 'duplicate' or 'conflict', c.state
end
