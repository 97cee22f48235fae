-- stream-position: how many entries a stream holds, and where its ids stand against Redis' clock. Reads only. A script, because
-- XINFO answers with the first and the last entry whole, whatever they hold: here they stay on the server.
--- @keys stream
--- @include "../lua/clock" "../lua/fields-of"
-- Returns {entries, id of the first one or '', last id that was given, epoch ms}; what is not a stream is an empty one
local now = string.format('%.0f', redis_now())
if redis.call('TYPE', stream).ok ~= 'stream' then return { 0, '', '0-0', now } end
local about = fields_of(redis.call('XINFO', 'STREAM', stream))
local first = about['first-entry']
return { about['length'], first and first[1] or '', about['last-generated-id'], now }
