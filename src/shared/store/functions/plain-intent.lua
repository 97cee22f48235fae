-- judge_intent(fields): of what is plainly written: its canonical form, as parseIntent() in TypeScript makes it; or nil where
-- only a worker can judge it; or nil, the field that is wrong and why.
--- @include "unjudged" "timely" "plain-rules" "plain-attributes"
local function version_of(field)
  if field.number ~= 1 then return nil, 'must be 1, the only version there is' end
end

-- In the order of the canonical form.
local rules = {
  { 'id', id_member, 'is required here, where none can be derived' },
  { 'callId', call_id_member, 'is required' },
  { 'callbackNumber', number_member, 'is required' },
  { 'isPreviewCallback', preview_member },
  { 'scheduledRoutingDateTime', second_member },
  { 'delay', delay_member },
  { 'notBefore', time_member },
  { 'expiresAt', time_member },
  { 'priority', priority_member },
  { 'requestedAt', time_member },
  { 'attributes', plain_attributes },
  { 'v', version_of },
}

local function is_known(name)
  for _, rule in ipairs(rules) do if rule[1] == name then return true end end
  return name == 'traceparent' or name == 'timeZone'
end

local function unknown_name(fields)
  for name in pairs(fields) do
    if not is_known(name) then return string.find(name, '^[%a_]+$') and #name <= 64 and name or 'intent' end
  end
end

local function judge_intent(fields)
  local unknown = unknown_name(fields)
  if unknown then return nil, unknown, 'is not a field of an intent' end
  local members, is_clear = {}, not fields.timeZone
  for _, rule in ipairs(rules) do
    local name, judge, required = rule[1], rule[2], rule[3]
    local field, value, why = fields[name], nil, nil
    if not field then why = required
    elseif field.none then why = 'is null, which is not a value; leave the field out'
    else value, why = judge(field) end
    if why then return nil, name, why end
    is_clear = is_clear and not is_unjudged(value)
    members[#members + 1] = value and not is_unjudged(value) and '"' .. name .. '":' .. value or nil
  end
  if fields.delay and fields.notBefore then return nil, 'delay', 'cannot be given together with notBefore' end
  if not is_clear or not is_timely(fields) then return nil end
  return '{' .. table.concat(members, ',') .. '}'
end
