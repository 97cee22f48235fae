-- letters-after: dead letters by time of death and id, from behind a place on. What stood at that place may have left since.
--- @keys dead_letters
--- @args score after_id most
--- @include "../lua/behind"
-- after_id: of those that died then, these ids and smaller ones are left out; '' for none
-- Returns ids and times of death in turn.
local first = behind(dead_letters, score, after_id)
return redis.call('ZRANGE', dead_letters, first, first + most - 1, 'WITHSCORES')
