-- revoke_wrong_owner(of, record_id): an answer to the request itself is proof; what a search found was a conclusion. If it
-- turns out that the ContactRequest was made by this callback, the other one that was concluded to be booked by it is in
-- doubt again, and says so.
--- @include "owners" "publish-end" "ends"
local function revoke_wrong_owner(of, record_id)
  local other = redis.call('GET', owner)
  if not other or other == of.id then return end
  local key = string.sub(of.key, 1, #of.key - #of.id) .. other
  local c = read(key, 'state', 'recordId', 'verified', 'intent', 'otherRecordIds')
  if c.state ~= 'booked' or not c.verified then return end
  if not is_same_record(c.recordId, record_id) then return end
  redis.call('HDEL', key, 'recordId', 'verified')
  -- Answers of its own have named others since, and were published: it is booked all the same.
  local proved, rest = string.match(c.otherRecordIds or '', '^(%S+) (.*)$')
  if proved then
    redis.call('HSET', key, 'recordId', proved, 'otherRecordIds', rest, 'updatedAt', now)
    if rest == '' then redis.call('HDEL', key, 'otherRecordIds') end
    return
  end
  redis.call('PERSIST', key)
  bury_callback({ key = key, id = other, attributes = attributes_of(c.intent) }, 'uncertain', 'record-of-another',
    'The ContactRequest it was thought to be booked by, ' .. record_id .. ', was made for another callback.')
end
