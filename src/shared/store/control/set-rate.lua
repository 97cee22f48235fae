-- set-rate: from now on so many attempts a second are made, over all workers, whatever they are configured with.
--- @keys control
--- @args rate by why
--- @include "../lua/control" "../lua/clock"
-- rate: a number, none, or '' for what is configured
-- Returns the rate that was set before, or ''
local before = redis.call('HGET', control, 'rate') or ''
redis.call('HDEL', control, 'rate', 'rateAt', 'rateBy', 'rateReason')
if rate ~= '' then redis.call('HSET', control, 'rate', rate, 'rateAt', redis_now()) end
if rate ~= '' and by ~= '' then redis.call('HSET', control, 'rateBy', by) end
if rate ~= '' and why ~= '' then redis.call('HSET', control, 'rateReason', why) end
control_changed()
return before
