-- How many callbacks wait for another attempt, by the code of the last one: counted where one begins to wait, or is told another
-- code, and where it ceases. In the script that changes its state, so that no repetition and no crash counts it twice.
-- And how many of them are asked about first: that is counted beside the codes, of which none has a colon.
--- @uses retrying
local function enter_retrying(code, is_in_doubt)
  redis.call('HINCRBY', retrying, code, 1)
  if is_in_doubt then redis.call('HINCRBY', retrying, ':verifying', 1) end
end

local function count_down(field)
  if redis.call('HINCRBY', retrying, field, -1) <= 0 then redis.call('HDEL', retrying, field) end
end

-- leave_retrying(c): c of the callback, as it was: state, code and uncertainSince. Below nothing goes a count only of callbacks
-- that a version before this one has let wait, or where a key was taken away by hand.
local function leave_retrying(c)
  if c.state ~= 'retrying' then return end
  count_down(c.code or '')
  if c.uncertainSince then count_down(':verifying') end
end
