-- Uses a key.
--- @uses callback
local function uses_callback(id) return callback .. id end
