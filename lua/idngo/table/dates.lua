-- Dates as tables have them, by a form that a person wrote: nothing is guessed, neither which of two numbers is the day nor
-- which century two digits are of, nor a zone.
--
--   yyyy  yy@1926           year; two digits of the hundred years that begin with 1926
--   MM M  MMM MMMM          month; its name in English, Russian or Kazakh, short or full
--   dd d  HH H  hh h a  mm ss   day, hour, hour with AM or PM, minute, second
--   S  X                    a fraction of a second, which is dropped; a zone (Z, +05, +0500, +05:00)
--   'words' ''  [may be missing]  blank   other characters and digits are themselves
--
-- and in place of a form: iso, excel-1900, excel-1904, unix, unix-ms.

local calendar = require("idngo.dates")
local letters = require("idngo.table.letters")

local M = {}

local months = {}
for number, words in ipairs {
  "january jan январь января янв қаңтар қаң", "february feb февраль февраля февр фев ақпан ақп",
  "march mar март марта мар наурыз нау", "april apr апрель апреля апр сәуір сәу", "may май мая мамыр мам",
  "june jun июнь июня июн маусым мау", "july jul июль июля июл шілде шіл", "august aug август августа авг тамыз там",
  "september sep sept сентябрь сентября сент сен қыркүйек қыр қырк", "october oct октябрь октября окт қазан қаз",
  "november nov ноябрь ноября нояб ноя қараша қар", "december dec декабрь декабря дек желтоқсан жел желт",
} do
  for word in words:gmatch("[^ ]+") do months[word] = number end
end

-- Letters of a form, the longest first: what they match, and the part they are. `hour12` is an hour that needs AM or PM.
local tokens = {
  { "yyyy", "^(%d%d%d%d)()", "year" }, { "MMMM", nil, "month" }, { "MMM", nil, "month" }, { "MM", "^(%d%d)()", "month" },
  { "M", "^(%d%d?)()", "month" }, { "dd", "^(%d%d)()", "day" }, { "d", "^(%d%d?)()", "day" },
  { "HH", "^(%d%d)()", "hour" }, { "H", "^(%d%d?)()", "hour" }, { "hh", "^(%d%d)()", "hour12" },
  { "h", "^(%d%d?)()", "hour12" }, { "mm", "^(%d%d)()", "minute" }, { "ss", "^(%d%d)()", "second" },
  { "S", "^(%d%d?%d?%d?%d?%d?%d?%d?%d?)()", "fraction" }, { "X", nil, "zone" }, { "a", nil, "half" },
}

local function token_at(form, at)
  local base, stop = form:match("^yy@(%d%d%d%d)()", at)
  if base then return { pattern = "^(%d%d)()", part = "year", base = tonumber(base), size = stop - at } end
  for _, token in ipairs(tokens) do
    if form:sub(at, at + #token[1] - 1) == token[1] then
      return { pattern = token[2], part = token[3], size = #token[1], letters = token[1] }
    end
  end
end

--- Takes a form apart: a list of elements, and where it ended. nil when it is none.
local function parse(form, at, has, depth)
  local list = {}
  while at <= #form do
    local char = form:sub(at, at)
    local token = token_at(form, at)
    if token then
      if has[token.part] or depth > 0 and (token.part == "year" or token.part == "month" or token.part == "day") then
        return nil
      end
      has[token.part], list[#list + 1], at = true, token, at + token.size
    elseif form:sub(at, at + 1) == "''" then
      list[#list + 1], at = { text = "'" }, at + 2
    elseif char == "'" then
      local words, stop = form:match("^'([^']+)'()", at)
      if not words then return nil end
      list[#list + 1], at = { text = words }, stop
    elseif char == "[" then
      local inner, stop = parse(form, at + 1, has, depth + 1)
      if not inner or form:sub(stop, stop) ~= "]" then return nil end
      list[#list + 1], at = { optional = inner }, stop + 1
    elseif char == "]" then
      return depth > 0 and list or nil, at
    elseif char == " " then
      list[#list + 1], at = { text = " " }, form:match("^ +()", at)
    elseif char:find("[A-Za-z%z\208-\212]") then
      return nil -- a letter that is none of ours, and may be meant to be one
    else
      list[#list + 1], at = { text = char }, at + 1
    end
  end
  return list, at
end

local match -- text, position, list, index, found, rest: whether the list from the index on, then the rest, fits to the end

local function match_month(text, at, ...)
  local word, stop = text:match("^([A-Za-z\195-\244\128-\191]+)()", at)
  local month = word and months[letters.lower(word)]
  if not month then return false end
  local moment = select(3, ...)
  moment.month = month
  return text:sub(stop, stop) == "." and match(text, stop + 1, ...) or match(text, stop, ...)
end

local function match_zone(text, at, ...)
  local moment = select(3, ...)
  for _, pattern in ipairs { "^([Zz])()", "^([+-]%d%d:?%d%d)()", "^([+-]%d%d)()" } do
    local zone, stop = text:match(pattern, at)
    if zone then
      moment.zone = zone
      if match(text, stop, ...) then return true end
      moment.zone = nil
    end
  end
  return false
end

local function match_half(text, at, ...)
  local half, stop = text:match("^([AaPp])%.?[Mm]%.?()", at)
  if not half then return false end
  local moment = select(3, ...)
  moment.half = half:lower()
  return match(text, stop, ...)
end

local special = { month = match_month, zone = match_zone, half = match_half }

function match(text, at, list, i, moment, rest)
  local element = list[i]
  if not element then
    if rest then return match(text, at, rest.list, rest.i, moment, rest.rest) end
    return at > #text
  end
  if element.text then
    if text:sub(at, at + #element.text - 1) ~= element.text then return false end
    return match(text, at + #element.text, list, i + 1, moment, rest)
  elseif element.optional then
    local saved = {}
    for key, value in pairs(moment) do saved[key] = value end
    if match(text, at, element.optional, 1, moment, { list = list, i = i + 1, rest = rest }) then return true end
    for key in pairs(moment) do moment[key] = saved[key] end
    return match(text, at, list, i + 1, moment, rest)
  elseif not element.pattern then
    return special[element.part](text, at, list, i + 1, moment, rest)
  end
  local digits, stop = text:match(element.pattern, at)
  if not digits then return false end
  local value = tonumber(digits)
  if element.base then value = element.base + (value - element.base) % 100 end
  moment[element.part] = value
  return match(text, stop, list, i + 1, moment, rest)
end

--- The day of a number of days since 1970-01-01.
local function civil(days)
  days = days + 719468
  local era = math.floor(days / 146097)
  local of_era = days - era * 146097
  local year = math.floor((of_era - math.floor(of_era / 1460) + math.floor(of_era / 36524) - math.floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * of_year + 2) / 153)
  local day = of_year - math.floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  return { year = year + era * 400 + (month <= 2 and 1 or 0), month = month, day = day }
end

--- A moment of seconds since 1970.
local function moment_of(seconds)
  local days = math.floor(seconds / 86400)
  local moment, left = civil(days), seconds - days * 86400
  moment.hour, moment.minute, moment.second = math.floor(left / 3600), math.floor(left % 3600 / 60), left % 60
  return moment
end

--- A reader of a spreadsheet's numbers of days.
local function excel(first, least)
  return function(text)
    local whole, fraction = text:match("^(%d+)[.,]?(%d*)$")
    if not whole or #whole > 7 then return nil, "D-FORM" end
    local days, part = tonumber(whole), 0
    if fraction ~= "" then part = tonumber(fraction) / 10 ^ #fraction end
    if days < least or days > 2958465 then return nil, "D-RANGE" end
    local seconds = math.floor(part * 86400 + 0.5)
    local moment = moment_of((days + first) * 86400 + seconds)
    if fraction == "" then moment.hour, moment.minute, moment.second = 0, 0, 0 end
    return moment
  end
end

local function unix(text, unit)
  local number = text:match("^-?%d+$")
  if not number or #number > 16 then return nil, "D-FORM" end
  local moment = moment_of(math.floor(tonumber(number) / unit))
  moment.zone = "Z"
  return moment
end

local function iso(text)
  local moment, code = calendar.parse(text)
  if moment then
    if moment.zone then moment.minutes = moment.zone end
    return moment
  end
  local year, month, day = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)")
  if code == "form" or not year then return nil, "D-FORM" end
  return { year = tonumber(year), month = tonumber(month), day = tonumber(day), is_none = true }
end

local words = {
  iso = iso, ["excel-1900"] = excel(-25569, 61), ["excel-1904"] = excel(-24107, 0),
  unix = function(text) return unix(text, 1) end, ["unix-ms"] = function(text) return unix(text, 1000) end,
}

--- Reads the parts of a form: text -> moment, or nil and a code. nil when it is no form.
local function reader_of(form)
  if words[form] then return words[form], { hour = true, zone = form:find("^unix") ~= nil } end
  local has = {}
  local list = parse(form, 1, has, 0)
  if not list or not (has.year and has.month and has.day) or has.hour and has.hour12 or (has.hour12 ~= has.half)
    or (has.minute or has.zone) and not (has.hour or has.hour12) or has.second and not has.minute
    or has.fraction and not has.second then
    return nil
  end
  has.hour = has.hour or has.hour12
  return function(text)
    local moment = {}
    if not match(text, 1, list, 1, moment) then return nil, "D-FORM" end
    if moment.hour12 then
      moment.hour = moment.hour12 % 12 + (moment.half == "p" and 12 or 0)
      moment.is_none = moment.hour12 < 1 or moment.hour12 > 12
    end
    return moment
  end, has, list
end

-- What programs write for no date.
local none = { ["1-1-1"] = true, ["0-0-0"] = true, ["1899-12-30"] = true, ["1900-1-0"] = true, ["1753-1-1"] = true }

--- A date as the reference has it, or nil and a code.
local function written(moment, kind, zone, has_hour)
  if none[("%d-%d-%d"):format(moment.year, moment.month, moment.day)] then return nil, "D-EMPTY" end
  local minutes = moment.minutes or moment.zone and calendar.zone(moment.zone)
  if moment.is_none or not calendar.exists(moment.year, moment.month, moment.day) or moment.zone and not minutes
    or moment.hour and (moment.hour > 23 or (moment.minute or 0) > 59 or (moment.second or 0) > 59) then
    return nil, "D-CALENDAR"
  end
  if moment.year < 1900 then return nil, "D-RANGE" end
  local day = ("%04d-%02d-%02d"):format(moment.year, moment.month, moment.day)
  if not moment.hour then
    if kind == "moment" and has_hour then return nil, "D-NOTIME" end
    return day
  end
  moment.minute, moment.second = moment.minute or 0, moment.second or 0
  if kind == "day" then
    if moment.hour + moment.minute + moment.second > 0 then return nil, "D-TIME" end
    return day
  end
  moment.zone = minutes or zone
  if not moment.zone then return nil, "D-ZONE" end
  return calendar.utc(moment) .. "+0000"
end

--- A reader of dates of one form: text -> date or time as the reference has it, or nil and a code such as D-FORM. nil when it
--- is no form.
---@param form string
---@param kind? string "day" where a time of day must be midnight and is dropped
---@param zone? integer minutes east of UTC, of times without a zone
---@return (fun(text: string): string?, string?)?
---@return boolean? needs_zone whether times of this form have none of their own
function M.reader(form, kind, zone)
  local read, has = reader_of(form)
  if not read then return nil end
  return function(text)
    local moment, code = read(text)
    if not moment then return nil, code end
    return written(moment, kind, zone, has.hour)
  end, has.hour and not has.zone and form ~= "iso"
end

local said = {
  ["D-FORM"] = "is not a date of the form %s", ["D-CALENDAR"] = "is not a day or time of the calendar (form %s)",
  ["D-RANGE"] = "is before 1900, or too far ahead (form %s)",
  ["D-TIME"] = "has a time of day: midnight somewhere else? the day may be off by one; export dates without times",
  ["D-NOTIME"] = "has no time of day",
  ["D-EMPTY"] = "is what 1C, MySQL and others write for no date: add it to empty = under [table]",
  ["D-ZONE"] = "has no zone: write zone = under [table], such as +05:00",
}

--- The message of a code.
---@param code string
---@param form string
---@return string
function M.said(code, form)
  return (said[code]:gsub("%%s", (form:gsub("%%", "%%%%"))))
end

--- A day as a form writes it; `wide` writes two digits where one will do.
local function write(list, year, month, day, wide)
  local out = {}
  for _, element in ipairs(list) do
    local part = element.part
    if element.text then
      out[#out + 1] = element.text
    elseif part == "year" then
      out[#out + 1] = element.base and ("%02d"):format(year % 100) or ("%04d"):format(year)
    elseif part == "month" and not element.pattern then
      out[#out + 1] = ({ "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" })[month]
    elseif part == "month" or part == "day" then
      local number = part == "month" and month or day
      out[#out + 1] = ((wide or #element.letters == 2) and "%02d" or "%d"):format(number)
    elseif part == "zone" then
      out[#out + 1] = "Z"
    elseif part == "half" then
      out[#out + 1] = "AM"
    elseif part then
      out[#out + 1] = part == "hour12" and "12" or "00"
    end
  end
  return table.concat(out)
end

--- Whether some day reads differently under two forms, so that a column cannot have both.
---@param one string
---@param other string
---@return boolean
function M.contradict(one, other)
  for _, pair in ipairs { { one, other }, { other, one } } do
    local list = select(3, reader_of(pair[1]))
    local first, second = M.reader(pair[1], nil, 0), M.reader(pair[2], nil, 0)
    for _, year in ipairs(list and { 1900, 1926, 1999, 2001, 2012, 2026 } or {}) do
      for month = 1, 12 do
        for day = 1, 12 do
          for _, wide in ipairs { true, false } do
            local text = write(list, year, month, day, wide)
            local a, b = first(text), second(text)
            if a and b and a ~= b then return true end
          end
        end
      end
    end
  end
  return false
end

return M
