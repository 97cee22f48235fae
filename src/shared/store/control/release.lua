-- release: the attempt of a pass is over, or came to nothing: another may begin in its place.
--- @keys control in_flight
--- @args claim
-- Returns 1 if it was a probe of which nothing was heard: its callback had ended, or another worker was faster.
redis.call('ZREM', in_flight, claim)
if redis.call('HGET', control, 'probe') ~= claim then return 0 end
return redis.call('HDEL', control, 'probe', 'probeUntil') > 0 and 1 or 0
