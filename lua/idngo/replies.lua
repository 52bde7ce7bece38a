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

-- Kinds whose object is the applicant; the `id` of others is of many things.
local is_applicant = { presence = true, info = true }

--- What a reply says of somebody or something else than was asked about: HTTP numbers no replies, so one that was
--- meant for another request is told by this alone. A reply that names nobody passes.
---@param call table see exchange.lua
---@param kind string the endpoint's `reply`
---@param value table what was decoded
---@return string? field the first that names another
function M.stranger(call, kind, value)
  local subject, list = call.subject, value.checks
  if subject and (value.applicantId or subject) ~= subject then return "applicantId" end
  if list ~= nil then
    local check_type, has_shape = call.plan.check_type or call.check_type, kind == "checks" -- then it is a list of tables
    for i = 1, (has_shape or type(list) == "table") and #list or 0 do
      local found = list[i]
      if has_shape or type(found) == "table" then
        if check_type and (found.checkType or check_type) ~= check_type then return ("checks[%d].checkType"):format(i) end
        if subject and (found.applicantId or subject) ~= subject then return ("checks[%d].applicantId"):format(i) end
      end
    end
    return nil
  end
  local named = is_applicant[kind] and value.id
  if named and subject and named ~= subject then return "id" end
  named = value.externalUserId
  if named ~= nil and call.external and named ~= call.external then return "externalUserId" end
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
