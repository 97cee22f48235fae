-- The usual spellings of times and durations. Of any other only a worker can tell whether it is one: `unjudged()`.
--- @include "unjudged" "../lua/epoch-ms"
local most_ms = 366 * 86400000

local months = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function days_in(year, month)
  local is_leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month == 2 and is_leap and 29 or months[month] or 0
end

-- plain_time(text): epoch ms of 2026-02-26T15:40:52Z, with a fraction of ms or without, or with an offset.
local function plain_time(text)
  local date, time, rest = string.match(text, '^(%d%d%d%d%-%d%d%-%d%d)T(%d%d:%d%d:%d%d)(.*)$')
  if not date then return unjudged() end
  local fraction, offset = string.match(rest, '^%.(%d%d%d)([Z+-].*)$')
  if not fraction then fraction, offset = '000', rest end
  local sign, hours, minutes = string.match(offset, '^([+-])(%d%d):(%d%d)$')
  if not sign and offset ~= 'Z' then return unjudged() end
  local year, month, day = string.match(date, '^(%d+)%-(%d+)%-(%d+)$')
  local hour, minute, second = string.match(time, '^(%d+):(%d+):(%d+)$')
  local is_date = tonumber(day) >= 1 and tonumber(day) <= days_in(tonumber(year), tonumber(month))
  local is_time = tonumber(hour) < 24 and tonumber(minute) < 60 and tonumber(second) < 60
  -- What begins before 1970 or ends after 9999 is written otherwise: years have four digits for a day more on either side.
  if not is_date or not is_time or year < '1971' or year > '9998' then return unjudged() end
  if sign and (tonumber(hours) > 14 or tonumber(minutes) > 59) then return unjudged() end
  local ahead = sign and (hours * 60 + minutes) * 60000 * (sign == '+' and 1 or -1) or 0
  return epoch_ms(date .. 'T' .. time .. '.' .. fraction .. 'Z') - ahead
end

local units = { ms = 1, s = 1000, m = 60000, h = 3600000, d = 86400000 }

local function iso_duration(text)
  local date, time = string.match(text, '^P([%dWD]*)T?([%dHMS]*)$')
  if not date or (date == '' and time == '') or string.find(text, 'T$') then return unjudged() end
  local weeks, days = string.match(date, '^(%d-)W?(%d-)D?$')
  if date ~= (weeks ~= '' and weeks .. 'W' or '') .. (days ~= '' and days .. 'D' or '') then return unjudged() end
  local hours, minutes, seconds = string.match(time, '^(%d-)H?(%d-)M?(%d-)S?$')
  local spelt = (hours ~= '' and hours .. 'H' or '') .. (minutes ~= '' and minutes .. 'M' or '')
  if time ~= spelt .. (seconds ~= '' and seconds .. 'S' or '') then return unjudged() end
  local function of(digits, ms) return (tonumber(digits) or 0) * ms end
  return of(weeks, 604800000) + of(days, 86400000) + of(hours, 3600000) + of(minutes, 60000) + of(seconds, 1000)
end

-- plain_duration(text): ms of 300000, 5m or PT5M, in whole numbers.
local function plain_duration(text)
  local digits, unit = string.match(text, '^(%d+)(%l*)$')
  if not digits then return iso_duration(text) end
  local ms = #digits <= 12 and (unit == '' and 1 or units[unit])
  return ms and tonumber(digits) * ms or unjudged()
end
