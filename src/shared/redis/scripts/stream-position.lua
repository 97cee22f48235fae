-- stream-position: how many entries a stream holds, and where its ids stand against Redis' clock. Reads only. A script, because
-- XINFO answers with the first and the last entry whole, whatever they hold: here they stay on the server.
-- KEYS[1] stream
-- Returns {entries, id of the first one or '', last id that was given, epoch ms}; what is no stream is an empty one
local time = redis.call('TIME')
local now = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then return { 0, '', '0-0', now } end
local info = redis.call('XINFO', 'STREAM', KEYS[1])
local about = {}
for at = 1, #info, 2 do about[info[at]] = info[at + 1] end
local first = about['first-entry']
return { about['length'], first and first[1] or '', about['last-generated-id'], now }
