-- fields_of(list): what Redis gives as names and values in turn, by name.
local function fields_of(list)
  local fields = {}
  for at = 1, #list, 2 do fields[list[at]] = list[at + 1] end
  return fields
end
