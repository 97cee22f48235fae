-- try_read(key, ...): these fields of a hash, by name, of a key that anybody may have put there; nil if it is not a hash, and
-- so nobody's ledger. Where the key is ours: read (lua-file.ts).
local function try_read(key, ...)
  local names, fields, values = { ... }, {}, redis.pcall('HMGET', key, ...)
  if values.err then return nil end
  for i, value in ipairs(values) do fields[names[i]] = value or nil end
  return fields
end
