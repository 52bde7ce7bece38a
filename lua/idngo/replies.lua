-- What a good reply of each kind must hold, and the checks made from it.
--
-- A 2xx reply without the part the endpoint exists for must never read as an empty success: a duplicate check
-- without `checks` is not "no duplicates". Checked are the parts that decisions are made on and what one walks
-- through to reach them; everything else is kept as it came, of whatever type, and so are fields we do not know.

local json = require("idngo.json")

local M = {}

-- A part's type: "string", "text" (a string with something in it), "number", "boolean", "object", "list", "strings"
-- (a list of them), "table" (object or list: both are sent), {each = …} (a list of …), or a nested description,
-- whose parts may all be absent but those in `required`.

local hit = { applicantId = "text", matchedFields = "strings", types = "strings" }

local check = {
  answer = "string", createdAt = "string", id = "string", extractedDoc = "table",
  similarSearchInfo = { answer = "string", duplicateApplicantHits = { each = hit } },
}

local applicant = {
  id = "text", info = "object", deleted = "boolean",
  review = { reviewStatus = "string", reviewResult = { reviewAnswer = "string" } },
}

local similar = {
  applicant = applicant, matchedFields = "strings", exactMatch = "boolean", blacklisted = "boolean",
  types = "strings",
}

local created = { required = { "id" } }
for name, kind in pairs(applicant) do created[name] = kind end

local shapes = {
  checks = { required = { "checks" }, checks = { each = check } },
  link = { required = { "url" }, url = "text" },
  ok = { required = { "ok" }, ok = "number" },
  timeline = { required = { "items" }, items = { each = { activity = "string", ts = "string" } } },
  levels = { items = { each = { name = "string" } }, list = { required = { "items" }, items = { each = { name = "string" } } } },
  info = {},
  similar = { required = { "similarApplicants" }, similarApplicants = { each = similar } },
  applicant = created,
  presence = created,
}

local simple = {
  string = function(v) return type(v) == "string" end,
  text = function(v) return type(v) == "string" and v ~= "" end,
  number = function(v) return type(v) == "number" end,
  boolean = function(v) return type(v) == "boolean" end,
  table = function(v) return type(v) == "table" end,
  object = json.is_object,
  list = json.is_list,
  strings = function(v)
    if not json.is_list(v) then return false end
    for _, element in ipairs(v) do
      if type(element) ~= "string" then return false end
    end
    return true
  end,
}

local words = {
  string = "a string", text = "a text", number = "a number", boolean = "a boolean", table = "a table",
  object = "an object", list = "a list", strings = "a list of strings",
}

--- What is wrong with `value` by `shape`, or nil. Names places, never contents.
local function wrong(value, shape, path)
  if type(shape) == "string" then
    if not simple[shape](value) then
      return ("%s is %s, not %s"):format(path, value == "" and "empty" or "a " .. type(value), words[shape])
    end
    return nil
  end
  if shape.each then
    if not json.is_list(value) then return path .. " is not a list" end
    for i, element in ipairs(value) do
      local found = wrong(element, shape.each, ("%s[%d]"):format(path, i))
      if found then return found end
    end
    return nil
  end
  if not json.is_object(value) then return path .. " is not an object" end
  for _, name in ipairs(shape.required or {}) do
    if value[name] == nil then return ("%s has no %s"):format(path, name) end
  end
  for name, kind in pairs(shape) do
    if name ~= "required" and value[name] ~= nil then
      local found = wrong(value[name], kind, path == "reply" and name or path .. "." .. name)
      if found then return found end
    end
  end
  return nil
end

--- Checks a decoded reply.
---@param kind string the endpoint's `reply`
---@param value any
---@return string? what is wrong with it, or nil
function M.check(kind, value)
  if kind == "levels" and type(value) == "table" and value.list == nil and value.items == nil then
    return "reply has no list.items"
  end
  return wrong(value, shapes[kind], "reply")
end

--- The document that a TIN check extracted, in one shape: the API sends an object with `addresses`, or the bare
--- list of addresses (reference: "Retrieve TIN check result").
---@param check_result table one element of `checks` from `client:tin_checks`
---@return {addresses: table[]} document a new table: every field of the object, and `addresses` always a list
function M.extracted_doc(check_result)
  local found = check_result.extractedDoc
  if type(found) ~= "table" then return { addresses = {} } end
  if found[1] ~= nil then return { addresses = found } end
  local document = {}
  for name, value in pairs(found) do document[name] = value end
  document.addresses = document.addresses or {}
  return document
end

return M
