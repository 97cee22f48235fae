-- erase-entry: an inbox entry that was not taken in yet is withdrawn. A bridge that holds it finds it gone (open.lua, bury.lua).
-- KEYS[1] inbox   KEYS[2] callback:<id as given, or the fallback>   KEYS[3] results   KEYS[4] intake
-- ARGV[1] group   ARGV[2] entry id   ARGV[3] id under which its end is told, or ''   ARGV[4] now, ISO
-- Returns 'erased' | 'missing' | 'opened' (it has become a callback, which is erased with its entry)
if #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 0 then return 'missing' end
-- pcall: under a caller's id there may lie a key of another type, which is nobody's ledger.
local found = redis.pcall('HMGET', KEYS[2], 'state', 'entry')
local state, entry = unpack(found)
if entry == ARGV[2] then return 'opened' end
take_entry(KEYS[1], KEYS[4], ARGV[1], ARGV[2])
-- Under an id that is taken it was a duplicate or a conflict: what is told of that id is told of the other one.
if ARGV[3] ~= '' and not state and not found.err then
  redis.call('XADD', KEYS[3], '*', 'id', ARGV[3], 'state', 'cancelled', 'attempts', '0', 'at', ARGV[4], 'code', 'erased')
end
return 'erased'
