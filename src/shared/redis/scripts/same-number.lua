-- How many callbacks a number has lately. Two hashes take turns, an hour each, so that they hold what was accepted within two
-- hours and no more. A number is in them as the hash of a secret of that hour and itself: they can be asked, not read.

local function tag_of(secret, number)
  return string.sub(redis.sha1hex(secret .. number), 1, 12)
end

-- The hours that these keys are about, and their secrets. pcall: a key of another type must hold up no callback.
local function hour_of(key)
  local known = redis.pcall('HMGET', key, 'hour', 'secret')
  if known.err then return nil end
  return tonumber(known[1]) or 0, known[2] or ''
end

-- count_number(n): the how many-th callback this one is for its number, in this hour and the one before.
-- n: current and previous (keys), hour (since 1970), secret (for a new hour), number
local function count_number(n)
  local hour, secret = hour_of(n.current)
  if not hour then return 0 end
  if hour < n.hour then
    -- Not DEL, nor left to expire: a hundred thousand fields are given back aside.
    redis.call('UNLINK', n.current)
    secret = n.secret
    redis.call('HSET', n.current, 'hour', n.hour, 'secret', secret)
    redis.call('PEXPIRE', n.current, 7200000)
  end
  local count = redis.call('HINCRBY', n.current, tag_of(secret, n.number), 1)
  local before, old_secret = hour_of(n.previous)
  if before ~= n.hour - 1 then return count end
  return count + (tonumber(redis.call('HGET', n.previous, tag_of(old_secret, n.number))) or 0)
end

-- The callbacks of this number are counted no longer, whichever hour they were accepted in.
local function forget_number(keys, number)
  for _, key in ipairs(keys) do
    local hour, secret = hour_of(key)
    if hour then redis.call('HDEL', key, tag_of(secret, number)) end
  end
end
