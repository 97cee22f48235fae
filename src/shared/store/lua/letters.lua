-- The index of dead letters, by time, and beside it what each died of: how many there are of a reason is asked at every scrape.
--- @uses dead_letters letter_reasons
-- As src/shared/contract/states.ts lists them: a test compares the two. What it does not list is 0.
local reason_numbers = { invalid = 1, refused = 2, exhausted = 3, expired = 4, uncertain = 5 }

local function note_reason(id, reason) redis.call('ZADD', letter_reasons, reason_numbers[reason] or 0, id) end

local function list_letter(id, reason, died_at_ms)
  redis.call('ZADD', dead_letters, died_at_ms, id)
  note_reason(id, reason)
end

-- Gives true if it was there. Most callbacks that are booked never were dead letters: for those it is one command.
local function unlist_letter(id)
  if redis.call('ZREM', dead_letters, id) == 0 then return false end
  redis.call('ZREM', letter_reasons, id)
  return true
end
