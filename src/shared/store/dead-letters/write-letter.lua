-- write_letter(key, is_own, submitted_id): what could not become a callback, and why. `is_own`: a ledger of it was opened.
--- @include "../lua/clock" "../lua/iso-time" "../lua/entry-time"
--- @uses entry_id reason code message raw raw_field raw_encoding raw_length raw_sha1 now
local function write_letter(key, is_own, submitted_id)
  redis.call('HSET', key, 'v', '1', 'state', 'dead', 'reason', reason, 'code', code, 'message', message, 'raw', raw,
    'updatedAt', now)
  -- If its ledger was opened, that says when it was accepted.
  if not is_own then redis.call('HSET', key, 'acceptedAt', iso_time(entry_time(entry_id, redis_now()))) end
  redis.call('HSETNX', key, 'generation', '1')
  redis.call('HSETNX', key, 'attempts', '0')
  -- The letter that went in again lies there again, with what it says of its past.
  if redis.call('HDEL', key, 'redrivenAs') == 1 then redis.call('HINCRBY', key, 'generation', 1) end
  redis.call('HDEL', key, 'entry', 'discardedAt', 'rawField', 'rawEncoding', 'rawLength', 'rawSha1')
  if raw_field ~= '' then redis.call('HSET', key, 'rawField', raw_field) end
  if raw_encoding ~= '' then redis.call('HSET', key, 'rawEncoding', raw_encoding) end
  if raw_length ~= '' then redis.call('HSET', key, 'rawLength', raw_length) end
  if raw_sha1 ~= '' then redis.call('HSET', key, 'rawSha1', raw_sha1) end
  if submitted_id ~= '' then redis.call('HSET', key, 'submittedId', submitted_id) end
  -- What lay here may have been on its way to being forgotten. A dead letter stays until somebody acts on it.
  redis.call('PERSIST', key)
end
