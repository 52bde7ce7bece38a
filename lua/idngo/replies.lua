-- What a good reply of each kind holds, and the checks made from it.
--
-- A 2xx reply without the part the endpoint exists for must never read as an empty success: a duplicate check
-- without `checks` is not "no duplicates". Fields of the reference are checked for their type where they are
-- present; all of them may be absent, and fields we do not know are kept as they are.

local M = {}

-- A field's type: "string", "number", "boolean", "object", "list", "strings" (a list of them), "table"
-- (object or list: seen both ways), or a nested description. `required` names what must be there.

local hit = { applicantId = "string", matchedFields = "strings", types = "strings" }

local check = {
  answer = "string", createdAt = "string", id = "string", checkType = "string", extractedDoc = "table",
  similarSearchInfo = { answer = "string", duplicateApplicantHits = { each = hit } },
}

local applicant = {
  id = "string", createdAt = "string", externalUserId = "string", info = "object", deleted = "boolean",
  type = "string", lang = "string", requiredIdDocs = "object",
  review = { reviewStatus = "string", levelName = "string", reviewResult = "object" },
}

local event = {
  id = "string", ts = "string", activity = "string", subjectName = "string", country = "string",
  reviewAnswer = "string", status = "string", idDocType = "string", ipInfo = "object",
  trackingData = "object", userAgentInfo = "object",
}

local level = {
  id = "string", name = "string", desc = "string", requiredIdDocs = "object", websdkFlowId = "string",
  msdkFlowId = "string", createdAt = "string", createdBy = "string", modifiedAt = "string",
  watchListCheckSettings = "object", type = "string", actionType = "string", applicantType = "string",
}

local similar = {
  applicant = applicant, matchedFields = "strings", exactMatch = "boolean", blacklisted = "boolean",
  types = "strings",
}

local shapes = {
  checks = { required = { "checks" }, checks = { each = check } },
  link = { required = { "url" }, url = "string" },
  ok = { required = { "ok" }, ok = "number" },
  timeline = { required = { "items" }, applicantId = "string", items = { each = event } },
  levels = { items = { each = level }, list = { required = { "items" }, items = { each = level } } },
  info = {
    firstName = "string", lastName = "string", middleName = "string", dob = "string", country = "string",
    idDocs = "list", addresses = "list",
  },
  similar = { required = { "similarApplicants" }, similarApplicants = { each = similar }, totalCnt = "number" },
  applicant = { required = { "id" } },
  presence = { required = { "id" } },
}
for name, kind in pairs(applicant) do
  shapes.applicant[name], shapes.presence[name] = kind, kind
end

M.shapes = shapes

--- A decoded list and a decoded object look alike when empty; otherwise a list has position 1.
local function is_list(value)
  return type(value) == "table" and (value[1] ~= nil or next(value) == nil)
end

local function is_object(value)
  return type(value) == "table" and value[1] == nil
end

local simple = {
  string = function(v) return type(v) == "string" end,
  number = function(v) return type(v) == "number" end,
  boolean = function(v) return type(v) == "boolean" end,
  table = function(v) return type(v) == "table" end,
  object = is_object,
  list = is_list,
  strings = function(v)
    if not is_list(v) then return false end
    for _, element in ipairs(v) do
      if type(element) ~= "string" then return false end
    end
    return true
  end,
}

--- What is wrong with `value` by `shape`, or nil. Names places, never contents.
local function wrong(value, shape, path)
  if type(shape) == "string" then
    if not simple[shape](value) then
      return ("%s is a %s, not %s"):format(path, type(value), shape == "strings" and "a list of strings" or shape)
    end
    return nil
  end
  if shape.each then
    if not is_list(value) then return path .. " is not a list" end
    for i, element in ipairs(value) do
      local found = wrong(element, shape.each, ("%s[%d]"):format(path, i))
      if found then return found end
    end
    return nil
  end
  if not is_object(value) then return path .. " is not an object" end
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
