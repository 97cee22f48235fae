-- erase-entry: an inbox entry that was not taken in yet is withdrawn. A bridge that holds it finds it gone (open.lua, bury.lua).
--- @keys inbox callback results intake
--- @args id group entry_id may_publish now
--- @include "../lua/try-read" "../lua/results" "../lua/taking"
-- callback, id: as given, or the fallback   may_publish: '1' if its end may be published under its id   now: ISO
-- Returns 'erased' | 'missing' | 'opened' (it has become a callback, which is erased with its entry)
if #redis.call('XRANGE', inbox, entry_id, entry_id) == 0 then return 'missing' end
-- Under a caller's id there may lie a key of another type, which is nobody's ledger.
local c = try_read(callback, 'state', 'entry')
if c and c.entry == entry_id then return 'opened' end
take_entry(entry_id)
-- Under an id that is taken it was a duplicate or a conflict: what is told of that id is told of the other one.
if may_publish == '1' and c and not c.state then publish_result(nil, id, 'cancelled', '0', 'code', 'erased') end
return 'erased'
