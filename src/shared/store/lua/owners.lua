-- Whose a ContactRequest is.
--- @uses owner owner_ttl_ms
-- claim_record(id): it is this callback's, so that no search takes it for another's.
local function claim_record(id) redis.call('SET', owner, id, 'PX', owner_ttl_ms) end

-- Salesforce names a record by 15 characters, or by the same ones and three more.
local function is_same_record(one, other)
  local short, long = one, other
  if #short > #long then short, long = long, short end
  return short == long or (#short == 15 and #long == 18 and string.sub(long, 1, 15) == short)
end
