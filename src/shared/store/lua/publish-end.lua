-- An end of a callback in the results. `of` is the one that ends: its key, its id and its attributes (JSON, or '').
--- @include "results" "oldest-result"
local function decoded(intent)
  local read_well, value = pcall(cjson.decode, intent or '')
  return read_well and type(value) == 'table' and value or {}
end

-- attributes_of(intent): as the results carry them. The order of their names may differ from the intent's.
local function attributes_of(intent)
  local attributes = decoded(intent).attributes
  return attributes and cjson.encode(attributes) or ''
end

local function publish_end(of, state, ...)
  local c = read(of.key, 'attempts', 'possibleDuplicate', 'intent', 'runId')
  publish_result(oldest_result(), of.id, state, c.attempts, 'callId', decoded(c.intent).callId, 'attributes', of.attributes,
    'possibleDuplicate', c.possibleDuplicate, 'runId', c.runId, ...)
end
