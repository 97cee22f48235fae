-- let-go: an entry that the partition to which it belongs has by now leaves this one's inbox, and with it what a library that
-- knew of no partitions has promised by it here.
--- @keys inbox callback intake
--- @args entry_id group
--- @include "../lua/taking"
if redis.call('HGET', callback, 'entry') == entry_id then redis.call('DEL', callback) end
take_entry(entry_id)
