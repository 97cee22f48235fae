-- cancel: somebody no longer wants this callback.
--- @keys callback inbox results stats intake retrying schedule
--- @args id by why now now_ms retention_ms group entry_id
--- @include "../lua/cancel-callback" "../lua/clock" "../lua/wish"
-- by, why: who and why, or ''   now: ISO   entry_id: of the inbox, where this was said there, or ''
-- Returns what cancel_callback gives | {'unknown-version', v} | {'done'} | {'outdated'} | {'early'}   as in wish.lua
local c = read(callback, 'state', 'intent', 'cancelRequestedAt', 'uncertainSince', 'recordId', 'reason', 'updatedAt',
  'generation', 'entry', 'v', 'openedBy', 'acceptedAt', 'code')
if c.v and c.v ~= '1' then return { 'unknown-version', c.v } end
local aside = entry_id ~= '' and set_aside(c, redis_now())
if aside then return { aside } end
return cancel_callback({ key = callback, id = id }, c)
