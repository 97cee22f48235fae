-- How many callbacks wait for another attempt, by the code of the last one: counted where one begins to wait, or is told another
-- code, and where it ceases. In the script that changes its state, so that no repetition and no crash counts it twice.
--- @uses retrying
local function enter_retrying(code) redis.call('HINCRBY', retrying, code, 1) end

-- leave_retrying(c): c of the callback, as it was: state and code. Below nothing goes a count only of callbacks that a version
-- before this one has let wait, or where a key was taken away by hand.
local function leave_retrying(c)
  if c.state ~= 'retrying' then return end
  local code = c.code or ''
  if redis.call('HINCRBY', retrying, code, -1) <= 0 then redis.call('HDEL', retrying, code) end
end
