-- The reference's tables of applicant.json and applicantIdDoc.json: which fields there are, which must be there, and
-- what their values may be.

local codes = require("idngo.archive.codes")
local dates = require("idngo.dates")
local findings = require("idngo.archive.findings")
local json = require("idngo.json")
local suggest = require("idngo.suggest")

local M = {}

-- Values. A kind of value has a test, what to call it, and how to put it right.

local function is_moment(text)
  local day, hour, minute, second = text:match("^(%S+) (%d%d):(%d%d):(%d%d)%+0000$")
  return day ~= nil and dates.is_day(day) and tonumber(hour) < 24 and tonumber(minute) < 60 and tonumber(second) < 60
end

local function is_one_of(...)
  local words = {}
  for _, word in ipairs { ... } do words[word] = true end
  return function(text) return words[text] ~= nil end
end

local function is_code(text) return codes.countries[text] ~= nil or codes.is_user_assigned(text) end

local kinds = {
  text = { test = function() return true end },
  name = {
    test = function(text) return text:find("%S") ~= nil end, wrong = "empty", remedy = "fill it in",
  },
  id = {
    test = function(text) return text:find("%S") ~= nil and not text:find("%c") end,
    wrong = "empty, or holds a control character", remedy = "fill it in, in characters that can be seen",
  },
  day = {
    test = dates.is_day, wrong = "not a date of the form yyyy-MM-dd", remedy = "write it like 1990-05-31",
  },
  moment = {
    test = is_moment, wrong = "not a time of the form yyyy-MM-dd HH:mm:ss+0000",
    remedy = "write it like 2022-11-21 08:25:32+0000",
  },
  country = {
    test = is_code, wrong = "not a country code of ISO 3166-1 alpha-3", remedy = "write three capitals, such as KAZ",
    odd = function(text) return not codes.countries[text] end,
    odd_problem = "a code that ISO leaves to users", odd_remedy = "make sure that the service knows it",
  },
  gender = { test = is_one_of("M", "F"), wrong = "neither M nor F", remedy = "write M or F, or leave it out" },
  green = {
    test = is_one_of("GREEN"), wrong = "not GREEN", remedy = "import approved applicants only",
  },
  side = {
    test = is_one_of("FRONT_SIDE", "BACK_SIDE"), wrong = "neither FRONT_SIDE nor BACK_SIDE nor null",
    remedy = "write one of these, or leave it out",
  },
  status = {
    test = function(text) return text:find("%S") ~= nil end, wrong = "empty", remedy = "write completed",
    odd = function(text) return text ~= "completed" end,
    odd_problem = "not completed, although the applicant is approved", odd_remedy = "write completed",
  },
  document = {
    test = function(text) return text:find("%S") ~= nil end, wrong = "empty",
    remedy = "write a type such as PASSPORT, ID_CARD or SELFIE",
    odd = function(text) return not codes.documents[text] end,
    odd_problem = "a document type that this program does not know", odd_remedy = "make sure that your level has it",
  },
}

-- Tables: {field, kind or table, required?}; a list of tables has its table in `each`.

local ADDRESS = {
  { "country", "country" }, { "postCode", "text" }, { "town", "text" }, { "street", "text" }, { "subStreet", "text" },
  { "state", "text" }, { "buildingName", "text" }, { "flatNumber", "text" }, { "buildingNumber", "text" },
}
local INFO = {
  { "firstName", "name", true }, { "lastName", "name", true }, { "middleName", "text" }, { "legalName", "text" },
  { "gender", "gender" }, { "dob", "day" }, { "placeOfBirth", "text" }, { "countryOfBirth", "text" },
  { "stateOfBirth", "text" }, { "country", "country", true }, { "nationality", "country" },
  { "addresses", { each = ADDRESS } }, { "tin", "text" },
}
local RESULT = {
  { "moderationComment", "text" }, { "clientComment", "text" }, { "reviewAnswer", "green", true },
}
local REVIEW = {
  { "createDate", "moment", true }, { "reviewDate", "moment" }, { "levelName", "name", true },
  { "reviewResult", RESULT, true }, { "reviewStatus", "status", true },
}
local APPLICANT = { { "externalUserId", "id", true }, { "info", INFO, true }, { "review", REVIEW, true } }
local ID_DOC = {
  { "idDocType", "document", true }, { "idDocSubType", "side" }, { "country", "country", true }, { "firstName", "text" },
  { "middleName", "text" }, { "lastName", "text" }, { "issuedDate", "day" }, { "validUntil", "day" },
  { "number", "text" }, { "dob", "day" }, { "placeOfBirth", "text" },
}

local check_object

local function check_text(found, entry, field, value, kind)
  if type(value) ~= "string" then
    findings.add(found, entry, field, "not a string", "write it in quotes")
  elseif not kind.test(value) then
    findings.add(found, entry, field, kind.wrong, kind.remedy)
  elseif kind.odd and kind.odd(value) then
    findings.add(found, entry, field, kind.odd_problem, kind.odd_remedy, "warning")
  end
end

local function check_list(found, entry, field, value, shape)
  if not json.is_list(value) then
    findings.add(found, entry, field, "not a list", "write [ … ]")
    return
  end
  for i, element in ipairs(value) do check_object(found, entry, ("%s[%d]"):format(field, i), element, shape) end
end

local MANY = 20 -- more are counted, not listed

--- Fields that the reference does not have are often misspelt ones, which would be missed too late.
local function check_names(found, entry, prefix, object, shape)
  local known, names = {}, {}
  for i, row in ipairs(shape) do known[i], known[row[1]] = row[1], true end
  for name in pairs(object) do
    if not known[name] then names[#names + 1] = name end
  end
  table.sort(names)
  if #names > MANY then
    local what = ("%d fields are not of the reference"):format(#names)
    findings.add(found, entry, prefix == "" and "content" or prefix:sub(1, -2), what, "leave them out", "warning")
    return
  end
  for _, name in ipairs(names) do
    local hint = suggest(name, known)
    local shown = #name <= 40 and not name:find("[^%w_]") and name or "(a field)"
    findings.add(found, entry, prefix .. shown, "not a field of the reference",
      hint:find("^did you mean") and hint or "leave it out", "warning")
  end
end

function check_object(found, entry, field, object, shape)
  if not json.is_object(object) then
    findings.add(found, entry, field == "" and "content" or field, "not an object", "write { … }")
    return
  end
  local prefix = field == "" and "" or field .. "."
  for _, row in ipairs(shape) do
    local name, of, required = prefix .. row[1], row[2], row[3]
    local value, kind = object[row[1]], kinds[row[2]]
    if value == nil then
      if required then
        findings.add(found, entry, name, "missing", kind and kind.remedy or "add it, as an object")
      end
    elseif kind then
      check_text(found, entry, name, value, kind)
    elseif of.each then
      check_list(found, entry, name, value, of.each)
    else
      check_object(found, entry, name, value, of)
    end
  end
  check_names(found, entry, prefix, object, shape)
end

local shapes = { ["applicant.json"] = APPLICANT, ["applicantIdDoc.json"] = ID_DOC }

--- Checks a decoded file; null members are absent, as everywhere.
---@param found idngo.Finding[] findings are added here
---@param entry string its name in the archive
---@param object any
function M.check(found, entry, object)
  check_object(found, entry, "", object, shapes[entry:match("[^/]*$")])
end

--- Decodes a file's text and checks it.
---@param found idngo.Finding[]
---@param entry string
---@param text string
---@return table? object
function M.check_text(found, entry, text)
  local object, message = json.decode(text)
  if object == nil then
    findings.add(found, entry, "content", "not a JSON object: " .. message, "write it as the reference has it, in UTF-8")
    return nil
  end
  M.check(found, entry, object)
  return object
end

--- Whether the reference has a field of this path, such as "info.dob" or "info.addresses.1.town".
---@param file "applicant.json"|"applicantIdDoc.json"
---@param path string
---@param others? string[] what else might have been meant
---@return string? kind of its value, such as "day" or "moment"; nil and a message when there is no such field
---@return string? message
function M.knows(file, path, others)
  local shape = shapes[file]
  for part in path:gmatch("[^.]+") do
    if type(shape) == "table" and shape.each and part:find("^[1-9]%d?$") then
      shape = shape.each
    else
      local of, known = nil, {}
      for i, row in ipairs(type(shape) == "table" and not shape.each and shape or {}) do
        known[i] = row[1]
        if row[1] == part then of = row[2] end
      end
      for _, name in ipairs(shape == shapes[file] and others or {}) do known[#known + 1] = name end
      if of == nil then return nil, suggest(part, known) end
      shape = of
    end
  end
  if type(shape) == "table" then return nil, "it has fields of its own" end
  return shape
end

return M
