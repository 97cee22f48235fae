-- The schedule: what waits for its time and has no job yet, by the id that its job will have (jobIdOf in ids.ts).
--- @uses schedule
local function job_id(id, generation) return 'cb-' .. generation .. '-' .. id end

local function put_off(id, generation, due_ms) redis.call('ZADD', schedule, due_ms, job_id(id, generation)) end

local function take_off(id, generation) redis.call('ZREM', schedule, job_id(id, generation)) end
