-- unjudged(): stands for what only a worker can judge.
local unjudged_mark = {}

local function unjudged() return unjudged_mark end

local function is_unjudged(value) return value == unjudged_mark end
