-- How many callbacks a number has lately. Two hashes take turns, an hour each, so that they hold what was accepted within two
-- hours and no more. A number is in them as the hash of a secret of that hour and itself: they can be asked, not read.
--- @include "try-read"
local function tag_of(secret, number) return string.sub(redis.sha1hex(secret .. number), 1, 12) end

-- The hour that this key is about, and its secret. A key of another type must hold up no callback.
local function hour_of(key)
  local known = try_read(key, 'hour', 'secret')
  if not known then return nil end
  return tonumber(known.hour) or 0, known.secret or ''
end

-- count_number(numbers, number): the how many-th callback this one is for its number, in this hour and the one before.
-- numbers: current and previous (keys), hour (since 1970), secret (for a new hour)
local function count_number(numbers, number)
  local hour, secret = hour_of(numbers.current)
  if not hour then return 0 end
  if hour < numbers.hour then
    -- Not DEL, nor left to expire: a hundred thousand fields are given back aside.
    redis.call('UNLINK', numbers.current)
    secret = numbers.secret
    redis.call('HSET', numbers.current, 'hour', numbers.hour, 'secret', secret)
    redis.call('PEXPIRE', numbers.current, 7200000)
  end
  local n = redis.call('HINCRBY', numbers.current, tag_of(secret, number), 1)
  local before, old_secret = hour_of(numbers.previous)
  if before ~= numbers.hour - 1 then return n end
  return n + (tonumber(redis.call('HGET', numbers.previous, tag_of(old_secret, number))) or 0)
end

-- The callbacks of this number are counted no longer, whichever hour they were accepted in.
local function forget_number(keys, number)
  for _, key in ipairs(keys) do
    local hour, secret = hour_of(key)
    if hour then redis.call('HDEL', key, tag_of(secret, number)) end
  end
end
