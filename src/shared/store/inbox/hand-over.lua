-- hand-over: an entry that lies in another partition's inbox goes into this one's, once, however often it is asked for.
--- @keys inbox handed
--- @args intent redrive_of entry_id kept_ms
-- entry_id: its id there   kept_ms: for how long it is known that it was handed over
-- What XADD refuses is not noted as handed over.
if redis.call('EXISTS', handed) == 1 then return end
local redriven = redrive_of ~= '' and { 'redriveOf', redrive_of } or {}
redis.call('XADD', inbox, '*', 'intent', intent, 'handedOver', entry_id, unpack(redriven))
redis.call('SET', handed, '1', 'PX', kept_ms)
