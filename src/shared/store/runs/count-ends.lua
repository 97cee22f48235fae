-- count-ends: how callbacks of a run have ended, as the results tell. Each is counted once, however often its end is told.
--- @keys run ...callbacks
--- @args run_id results_cursor next_cursor ...ends
--- @include "../lua/try-read"
-- results_cursor: up to which entry they were counted when this was read   ends: the state of each
-- Returns 1, or 0 if somebody else has counted them since.
local r = read(run, 'state', 'resultsCursor', 'recentEnds')
if not r.state or r.resultsCursor ~= results_cursor then return 0 end
redis.call('HSET', run, 'resultsCursor', next_cursor)
local recent = r.recentEnds or ''

local function note(state)
  redis.call('HINCRBY', run, state, 1)
  if state == 'booked' then recent = recent .. 'b' end
  if state == 'dead' then recent = recent .. 'd' end
end

for i, key in ipairs(callbacks) do
  local c = try_read(key, 'runId', 'runEnd') or {}
  -- One that was erased, or has been redriven by somebody since, cannot say what was counted.
  local is_ours = c.runId == run_id
  if not is_ours then
    note(ends[i])
  elseif c.runEnd ~= ends[i] then
    if c.runEnd then redis.call('HINCRBY', run, c.runEnd, -1) end
    note(ends[i])
    redis.call('HSET', key, 'runEnd', ends[i])
  end
end
if recent ~= '' then redis.call('HSET', run, 'recentEnds', string.sub(recent, -100)) end
return 1
