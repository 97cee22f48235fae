-- is_unplaced(key, placed): whether a callback is not found by call and number, or under another key than today's. A dead letter
-- that never was a callback has no intent, and no place.
--- @uses key_mark
local function is_unplaced(key, placed)
  return key_mark ~= '' and placed ~= key_mark and redis.call('HEXISTS', key, 'intent') == 1
end
