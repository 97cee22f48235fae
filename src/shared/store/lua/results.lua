-- publish_result(oldest, id, state, attempts, name, value, ...): publishes an end. No other file adds an entry to the results.
-- `oldest`: what is older leaves the stream; nil: nothing does. What has no value is left out.
--- @uses results now
local function publish_result(oldest, id, state, attempts, ...)
  local entry = oldest and { 'MINID', '~', oldest, '*' } or { '*' }
  local function add(name, value)
    if not value or value == '' then return end
    entry[#entry + 1] = name
    entry[#entry + 1] = value
  end
  add('id', id)
  add('state', state)
  add('attempts', attempts or '0')
  add('at', now)
  for i = 1, select('#', ...), 2 do add(select(i, ...)) end
  redis.call('XADD', results, unpack(entry))
end
