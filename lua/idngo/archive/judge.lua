-- What a person's data say against each other, and against the day on which they are read. No value is in what is said.

local findings = require("idngo.archive.findings")
local iin = require("idngo.table.iin")
local words = require("idngo.table.words")

local M = {}

local LETTER = "[A-Za-z\195-\201\208-\212][\128-\191]?"
local CYRILLIC = "[\208-\212][\128-\191]"

local function scripts(text)
  return text:find("[A-Za-z]") ~= nil, text:find(CYRILLIC) ~= nil
end

-- Letters of Windows-1251 where KZ-1048 has Kazakh ones.
local foreign = {}
for char in ("ЌЋќћЎўЈҐЄЇґєјЅѕї"):gmatch(CYRILLIC) do foreign[char] = true end

local function judge_name(found, entry, field, name, encoding)
  local function warn(what, remedy) findings.add(found, entry, field, what, remedy, "warning") end
  for word in name:gmatch("[^ -]+") do
    local latin, cyrillic = scripts(word)
    if latin and cyrillic then
      if not word:find("[A-Zagj-z]") and not word:find("[b-f]") then
        warn("has a Latin i or h among Cyrillic letters", "let {column|cyrillic} put і and һ in their place")
      else
        warn("has a word of Latin and Cyrillic letters", "see which are meant")
      end
      break
    end
  end
  if name:find("[0-9@()%[%]{}<>]") or name:find("\204\129", 1, true) then
    warn("has digits, signs or a stress mark", "see whether it is a name")
  end
  if encoding == "windows-1251" then
    for char in name:gmatch(CYRILLIC) do
      if foreign[char] then
        warn("has letters that neither Russian nor Kazakh has", "is the table in kz-1048?")
        break
      end
    end
  end
end

local function judge_names(found, entry, object, encoding)
  local prefix = entry == "applicant.json" and "info." or ""
  for _, field in ipairs { "firstName", "lastName", "middleName", "legalName" } do
    if type(object[field]) == "string" then judge_name(found, entry, prefix .. field, object[field], encoding) end
  end
  local first, last = object.firstName, object.lastName
  if type(first) == "string" and type(last) == "string" and first:find(LETTER) and last:find(LETTER) then
    local latin, cyrillic = scripts(first)
    local other_latin, other_cyrillic = scripts(last)
    if latin ~= cyrillic and other_latin ~= other_cyrillic and latin ~= other_latin then
      findings.add(found, entry, prefix .. "lastName", "is in another script than the first name", "see which is meant",
        "warning")
    end
  end
end

--- A code that was read as a number lost what it was.
local function judge_code(found, entry, field, value)
  if type(value) == "string" and value:find("^%d+[.,]0$") then
    findings.add(found, entry, field, "ends in .0: the column was read as numbers", "export it as text")
  end
end

local function years_between(day, later)
  local years = tonumber(later:sub(1, 4)) - tonumber(day:sub(1, 4))
  return later:sub(6, 10) < day:sub(6, 10) and years - 1 or years
end

local function is_day(text) return type(text) == "string" and text:find("^%d%d%d%d%-%d%d%-%d%d") ~= nil end

local function judge_dates(found, applicant, today, now)
  local info, review = applicant.info or {}, applicant.review or {}
  local function add(field, ...) findings.add(found, "applicant.json", field, ...) end
  local created, reviewed, born = review.createDate, review.reviewDate, info.dob
  for _, field in ipairs { "createDate", "reviewDate" } do
    if is_day(review[field]) and review[field] > now then add("review." .. field, "lies in the future", "correct the cell") end
  end
  if is_day(created) and is_day(reviewed) and reviewed < created then
    add("review.reviewDate", "is before review.createDate", "correct one of the two")
  end
  if is_day(born) then
    if born < "1900" then
      add("info.dob", "is before 1900", "correct the cell")
    elseif born > today then
      add("info.dob", "lies in the future", "correct the cell, or the century of two-digit years")
    else
      local age = years_between(born, is_day(created) and created or today)
      if age < 16 or age > 110 then
        add("info.dob", age < 16 and "makes the person younger than 16" or "makes the person older than 110",
          "see whether it is right", "warning")
      end
    end
  end
end

local function judge_document(found, entry, about, applicant, today)
  local function add(field, ...) findings.add(found, entry, field, ...) end
  local issued, valid = about.issuedDate, about.validUntil
  for _, field in ipairs { "issuedDate", "dob" } do
    if is_day(about[field]) and about[field] > today then add(field, "lies in the future", "correct the cell") end
  end
  if is_day(issued) and is_day(valid) and valid < issued then
    add("validUntil", "is before issuedDate", "correct one of the two")
  end
  if is_day(valid) then
    local reviewed = (applicant.review or {}).reviewDate
    if is_day(reviewed) and valid < reviewed:sub(1, 10) then
      add("validUntil", "had passed at the day of review", "see whether it is right", "warning")
    elseif years_between(today, valid) >= 50 then
      add("validUntil", "is more than 50 years ahead", "see whether it is right", "warning")
    end
  end
  judge_code(found, entry, "number", about.number)
  if type(about.number) == "string" then
    for char in about.number:gmatch(CYRILLIC) do
      if words.looks[char] and about.number:find("[0-9]") then
        add("number", "has Cyrillic letters that look like Latin ones",
          "write {column|latin} if Latin ones are meant, or correct the cell")
        break
      end
    end
  end
end

--- What a number of a person says against the rest. It is no error: numbers are not tied to dates.
local function judge_number(found, info)
  local day, sex = iin.person(info.tin or "")
  if not day then return end
  if info.dob and info.dob ~= day then
    findings.add(found, "applicant.json", "info.tin", "tells another day of birth than info.dob", "see which is right", "warning")
  end
  if info.gender and info.gender ~= sex then
    findings.add(found, "applicant.json", "info.tin", "tells another sex than info.gender", "see which is right", "warning")
  end
end

---@class idngo.archive.Judged
---@field applicant table of applicant.json
---@field documents {entry: string, about: table}[] each an applicantIdDoc.json
---@field encoding string of the table
---@field has_number boolean whether info.tin was read as a number of a person

--- Judges a person.
---@param found idngo.Finding[] findings are added here
---@param person idngo.archive.Judged
---@param at integer seconds since 1970 when the reading of the table began
function M.person(found, person, at)
  local today = os.date("!%Y-%m-%d", at + 14 * 3600) -- which it is somewhere
  local now = os.date("!%Y-%m-%d %H:%M:%S", at)
  local info = person.applicant.info or {}
  judge_code(found, "applicant.json", "externalUserId", person.applicant.externalUserId)
  judge_code(found, "applicant.json", "info.tin", info.tin)
  judge_names(found, "applicant.json", info, person.encoding)
  judge_dates(found, person.applicant, today, now)
  if person.has_number then judge_number(found, info) end
  for _, document in ipairs(person.documents) do
    judge_names(found, document.entry, document.about, person.encoding)
    judge_document(found, document.entry, document.about, person.applicant, today)
  end
end

return M
