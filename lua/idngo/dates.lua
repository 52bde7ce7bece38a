-- Days and times of day as ISO 8601 writes them, and the calendar. Nothing is guessed: a day that is no day of the calendar,
-- a time of day where a day is wanted, and a time without its zone are refused.

local M = {}

local days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_leap(year) return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) end

local function days_of(year, month) return days[month] + (month == 2 and is_leap(year) and 1 or 0) end

--- Whether there is such a day.
---@param year integer
---@param month integer
---@param day integer
---@return boolean
function M.exists(year, month, day)
  return month >= 1 and month <= 12 and day >= 1 and day <= days_of(year, month)
end

--- Whether a value is a day of the calendar as the reference writes it, 2026-01-31.
---@param text any
---@return boolean
function M.is_day(text)
  local year, month, day = tostring(text):match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  return type(text) == "string" and year ~= nil and M.exists(tonumber(year), tonumber(month), tonumber(day))
end

---@class idngo.Moment
---@field year integer
---@field month integer
---@field day integer
---@field hour? integer as are the next two, nil of a day alone
---@field minute? integer
---@field second? integer
---@field zone? integer minutes east of UTC, nil where it is not said

--- The minutes that a zone such as Z, +05, +0500 or +05:00 is east of UTC, or nil.
---@param text string
---@return integer?
function M.zone(text)
  if text == "Z" or text == "z" then return 0 end
  local sign, hours, minutes = text:match("^([+-])(%d%d):?(%d?%d?)$")
  if not sign or #minutes == 1 then return nil end
  hours, minutes = tonumber(hours), tonumber(minutes) or 0
  if hours > 14 or minutes > 59 then return nil end
  return (sign == "-" and -1 or 1) * (60 * hours + minutes)
end

--- Reads 2026-01-31, with or without a time of day (T or a blank between, seconds and their fraction may be missing, the
--- fraction is dropped) and a zone.
---@param text string
---@return idngo.Moment? moment
---@return string? code "form" or "calendar"
function M.parse(text)
  local year, month, day, rest = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)(.*)$")
  if not year then return nil, "form" end
  local moment = { year = tonumber(year), month = tonumber(month), day = tonumber(day) }
  if rest ~= "" then
    local hour, minute, behind = rest:match("^[Tt ](%d%d):(%d%d)(.*)$")
    if not hour then return nil, "form" end
    local second, zone = behind:match("^:(%d%d)(.*)$")
    zone = (zone or behind):gsub(second and "^[.,]%d+" or "^$", "")
    moment.hour, moment.minute, moment.second = tonumber(hour), tonumber(minute), tonumber(second or 0)
    if zone ~= "" then
      if not zone:find("^[Zz]$") and not zone:find("^[+-]%d%d:?%d?%d?$") then return nil, "form" end
      moment.zone = M.zone(zone)
      if not moment.zone then return nil, "calendar" end
    end
    if moment.hour > 23 or moment.minute > 59 or moment.second > 59 then return nil, "calendar" end
  end
  if not M.exists(moment.year, moment.month, moment.day) then return nil, "calendar" end
  return moment
end

local said = {
  form = "is not a date of ISO 8601, such as 2026-01-31",
  calendar = "is not a day, time or zone that there is",
  time = "has a time of day: if that is midnight somewhere else, the day may be another; export days without times",
  none = "has no time of day",
  zone = "has no zone; let it end with Z or one such as +05:00",
}

--- The day that a text of ISO 8601 tells; at midnight is no time of day.
---@param text string
---@return string? day 2026-01-31
---@return string? message what is wrong with it, never a piece of it
function M.day(text)
  local moment, code = M.parse(text)
  if not moment then return nil, said[code] end
  if moment.hour and (moment.hour > 0 or moment.minute > 0 or moment.second > 0) then return nil, said.time end
  return ("%04d-%02d-%02d"):format(moment.year, moment.month, moment.day)
end

--- The day after or before.
local function step(moment, by)
  moment.day = moment.day + by
  if moment.day < 1 then
    moment.month = moment.month - 1
    if moment.month < 1 then moment.year, moment.month = moment.year - 1, 12 end
    moment.day = days_of(moment.year, moment.month)
  elseif moment.day > days_of(moment.year, moment.month) then
    moment.day, moment.month = 1, moment.month + 1
    if moment.month > 12 then moment.year, moment.month = moment.year + 1, 1 end
  end
end

--- A moment of a known zone as the service writes it: UTC, 2026-01-31 08:25:32.
---@param moment idngo.Moment changed by it
---@return string
function M.utc(moment)
  local minutes = 60 * moment.hour + moment.minute - moment.zone
  if minutes < 0 then step(moment, -1) elseif minutes >= 1440 then step(moment, 1) end
  minutes = minutes % 1440
  return ("%04d-%02d-%02d %02d:%02d:%02d"):format(moment.year, moment.month, moment.day, math.floor(minutes / 60), minutes % 60,
    moment.second)
end

--- The moment that a text of ISO 8601 tells, with its time of day and zone.
---@param text string
---@return string? moment 2026-01-31 08:25:32, in UTC
---@return string? message what is wrong with it, never a piece of it
function M.moment(text)
  local moment, code = M.parse(text)
  if not moment then return nil, said[code] end
  if not moment.hour then return nil, said.none end
  if not moment.zone then return nil, said.zone end
  return M.utc(moment)
end

--- Seconds since 1970 of a moment; in UTC where it has no zone, at midnight where it has no time of day.
---@param moment idngo.Moment
---@return number
function M.seconds(moment)
  local floor = math.floor
  local before_march = moment.month < 3 and 1 or 0
  local y, m = moment.year + 4800 - before_march, moment.month + 12 * before_march - 3
  local day = moment.day + floor((153 * m + 2) / 5) + 365 * y + floor(y / 4) - floor(y / 100) + floor(y / 400) - 2472633
  return day * 86400 + (moment.hour or 0) * 3600 + ((moment.minute or 0) - (moment.zone or 0)) * 60 + (moment.second or 0)
end

--- Seconds since 1970 as the service writes a moment: UTC, 2026-01-31 08:25:32.
---@param seconds number
---@return string
function M.stamp(seconds)
  return os.date("!%Y-%m-%d %H:%M:%S", math.floor(seconds)) --[[@as string]]
end

return M
