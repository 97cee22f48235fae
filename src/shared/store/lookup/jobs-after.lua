-- jobs-after: jobs of the queue in their order, from behind a place on. What stood at that place may have left since. Reads only.
--- @keys jobs
--- @args score after_id most
--- @include "../lua/behind"
-- after_id: of those of that score, these and smaller ones are left out; '' for none
-- Returns ids and scores in turn.
local first = behind(jobs, score, after_id)
return redis.call('ZRANGE', jobs, first, first + most - 1, 'WITHSCORES')
