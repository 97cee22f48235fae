-- How realign.lua builds a stream anew, aside.
--- @include "../lua/id-order"
--- @uses stream aside most_entries
-- copy_entries(entries, now): gives the new id of each, and how many got one of now.
local function copy_entries(entries, now)
  local new_id, moved = {}, 0
  for _, entry in ipairs(entries) do
    local id, values = entry[1], entry[2]
    local is_ahead_of_time = is_after(id, now)
    if is_ahead_of_time then moved = moved + 1 end
    new_id[id] = redis.call('XADD', aside, is_ahead_of_time and '*' or id, unpack(values))
  end
  return new_id, moved
end

-- Where a group goes on that was given everything up to `delivered`, an id ahead of the clock.
local function new_position(delivered, entries, new_id, top)
  local position = top
  for at = #entries, 1, -1 do
    if not is_after(entries[at][1], delivered) then break end
    position = entries[at - 1] and new_id[entries[at - 1][1]] or '0-0'
  end
  return position
end

-- copy_held(name, new_id): what a group holds, by whom and for how long. Gives how many that are, if they are too many.
local function copy_held(name, new_id)
  local held = redis.call('XPENDING', stream, name, '-', '+', tonumber(most_entries) + 1)
  if #held > tonumber(most_entries) then return #held end
  for _, each in ipairs(held) do
    local id, consumer, idle, deliveries = unpack(each)
    -- What was deleted while somebody held it cannot be given to anybody.
    if new_id[id] then
      redis.call('XCLAIM', aside, name, consumer, 0, new_id[id], 'IDLE', idle, 'RETRYCOUNT', deliveries, 'FORCE', 'JUSTID')
    end
  end
end
