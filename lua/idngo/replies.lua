-- What a good reply of each kind must hold, and the checks made from it.
--
-- A 2xx reply without the part the endpoint exists for must never read as an empty success: a duplicate check
-- without `checks` is not "no duplicates". Checked are the parts that decisions are made on and what one walks
-- through to reach them; everything else is kept as it came, of whatever type, and so are fields we do not know.

local json = require("idngo.json")

local M = {}

-- The descriptions are those of core.shape (csrc/core/lua_shape.c).

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

--- By an endpoint's `reply`, the check of what was decoded: what is wrong and where below the reply, or nothing.
---@type table<string, fun(value: any): string?, string?>
M.checks = {}
for kind, shape in pairs(shapes) do M.checks[kind] = json.shape(shape) end

local levels = M.checks.levels
function M.checks.levels(value)
  if type(value) == "table" and value.list == nil and value.items == nil then return "has no list.items", "" end
  return levels(value)
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
