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

-- What is not simply a type of Lua's.
local special = {
  text = function(v) return type(v) == "string" and v ~= "" end,
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

-- A checker returns nothing for a value of its shape, else what is wrong and where below that value. Both name
-- places, never contents.

local function check_simple(shape)
  local is, word = special[shape], words[shape]
  return function(value)
    if is and is(value) or type(value) == shape then return end
    return ("is %s, not %s"):format(value == "" and "empty" or "a " .. type(value), word), ""
  end
end

local function check_list(check_each)
  return function(value)
    if not json.is_list(value) then return "is not a list", "" end
    for i = 1, #value do
      local wrong, where = check_each(value[i])
      if wrong then return wrong, ("[%d]%s"):format(i, where) end
    end
  end
end

-- `parts` are the descriptions: a part that has the very type which its description names needs no checker.
local function check_object(required, names, parts, checks)
  return function(value)
    if type(value) ~= "table" or value[1] ~= nil then return "is not an object", "" end
    for i = 1, #required do
      if value[required[i]] == nil then return "has no " .. required[i], "" end
    end
    for i = 1, #names do
      local part = value[names[i]]
      if part ~= nil and type(part) ~= parts[i] then
        local wrong, where = checks[i](part)
        if wrong then return wrong, "." .. names[i] .. where end
      end
    end
  end
end

--- Makes the checker of a shape.
---@return fun(value: any): string?, string?
local function checker(shape)
  if type(shape) == "string" then return check_simple(shape) end
  if shape.each then return check_list(checker(shape.each)) end
  local names, parts, checks = {}, {}, {}
  for name, part in pairs(shape) do
    if name ~= "required" then
      local n = #names + 1
      names[n], parts[n], checks[n] = name, part, checker(part)
    end
  end
  return check_object(shape.required or {}, names, parts, checks)
end

local checkers = {}
for kind, shape in pairs(shapes) do checkers[kind] = checker(shape) end

--- Checks a decoded reply.
---@param kind string the endpoint's `reply`
---@param value any
---@return string? what is wrong with it, or nil
function M.check(kind, value)
  if kind == "levels" and type(value) == "table" and value.list == nil and value.items == nil then
    return "reply has no list.items"
  end
  local wrong, where = checkers[kind](value)
  if wrong then return (where == "" and "reply " or where:sub(2) .. " ") .. wrong end
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
