-- The states of a callback, as src/shared/contract/states.ts lists them: a test compares the two.
local waiting_states = { accepted = true, scheduled = true, retrying = true }
local end_states = { booked = true, dead = true, cancelled = true }

local function is_waiting(state) return waiting_states[state] == true end

local function is_end(state) return end_states[state] == true end

local function is_open(state) return state == 'attempting' or is_waiting(state) end
