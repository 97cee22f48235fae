-- inspect-control: the control record as it is now.
--- @keys control
--- @args rate
--- @include "../lua/clock" "../lua/hold" "../lua/speed"
-- rate: as the workers are configured, or ''
-- Returns {now, current attempts a second, 0 while nothing but a probe may be sent, or '', paused now or '', field, value, …}
local now = redis_now()
local fields = redis.call('HGETALL', control)
local c = {}
for index = 1, #fields, 2 do c[fields[index]] = fields[index + 1] end
local is_paused = pause_of(c, now)
local speed = (is_paused or c.breaker == 'open') and 0 or speed_of(c, rate, now)
return { tostring(now), speed and tostring(speed) or '', is_paused and '1' or '', unpack(fields) }
