-- epoch_ms(text): the reverse of iso_time(). As there, after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms":
-- days_from_civil.
local function epoch_ms(text)
  local year, month, day, hour, minute, second, ms =
    string.match(text, '^(%d%d%d%d)-(%d%d)-(%d%d)T(%d%d):(%d%d):(%d%d)%.(%d%d%d)Z$')
  local y = month <= '02' and year - 1 or tonumber(year)
  local era = math.floor(y / 400)
  local yoe = y - era * 400
  local doy = math.floor((153 * (month + (month > '02' and -3 or 9)) + 2) / 5) + day - 1
  local days = era * 146097 + yoe * 365 + math.floor(yoe / 4) - math.floor(yoe / 100) + doy - 719468
  return ((days * 24 + hour) * 60 + minute) * 60000 + second * 1000 + ms
end
