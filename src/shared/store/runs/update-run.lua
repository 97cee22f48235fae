-- update-run: somebody has decided something about a run, by what it was when he read it.
--- @keys run active_runs
--- @args run_id revision is_active keep_ms ...changes
-- revision: which one was read   is_active: '1' or '0', whether workers have something to do for it; '' leaves that
-- keep_ms: how long it is kept from now on, '0' for as long as nobody says otherwise; '' leaves that
-- changes: two for each field: its name, and its value, or '' to take it away
-- Returns 1, or 0 if it has changed since.
if redis.call('HGET', run, 'revision') ~= revision then return 0 end
redis.call('HINCRBY', run, 'revision', 1)
for at = 1, #changes, 2 do
  if changes[at + 1] == '' then
    redis.call('HDEL', run, changes[at])
  else
    redis.call('HSET', run, changes[at], changes[at + 1])
  end
end
if is_active == '1' then redis.call('SADD', active_runs, run_id) end
if is_active == '0' then redis.call('SREM', active_runs, run_id) end
if keep_ms == '0' then
  redis.call('PERSIST', run)
elseif keep_ms ~= '' then
  redis.call('PEXPIRE', run, keep_ms)
end
return 1
