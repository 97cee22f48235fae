-- iso_time(ms): epoch milliseconds as ISO 8601 in UTC with milliseconds, as isoTimestamp() in TypeScript writes it.
-- Needed where Redis itself says what time it is. Days to civil date after Howard Hinnant's
-- "chrono-Compatible Low-Level Date Algorithms", civil_from_days; valid for every date from 1970 on. Of a page of entries many
-- are of the same millisecond.
local last_ms, last_text
local function iso_time(ms)
  if ms == last_ms then return last_text end
  local days = math.floor(ms / 86400000)
  local rest = ms - days * 86400000
  local z = days + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local day = doy - math.floor((153 * mp + 2) / 5) + 1
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  last_ms, last_text = ms, string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year, month, day,
    math.floor(rest / 3600000), math.floor(rest / 60000) % 60, math.floor(rest / 1000) % 60, rest % 1000)
  return last_text
end

-- is_ahead(text, now): whether a time of the ledger is later than `now`, epoch ms. Anything else counts as later: years
-- past 9999 have another length, and were empty where TypeScript wrote them.
local function is_ahead(text, now)
  return not text or #text ~= 24 or text > iso_time(now)
end
