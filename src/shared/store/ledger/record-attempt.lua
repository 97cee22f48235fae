-- record_attempt(): what came of it is kept in the ledger. The first record stays for good; of the others the newest do.
--- @uses callback attempt record kept_records
local function record_attempt()
  if attempt == '0' then return end
  redis.call('HSET', callback, 'attempt:' .. attempt, record)
  local oldest = tonumber(attempt) - tonumber(kept_records)
  if oldest > 1 then redis.call('HDEL', callback, 'attempt:' .. oldest) end
end
