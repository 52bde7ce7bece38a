-- Whom a reply is about, and what of it comes in two forms.

local M = {}

--- What a reply says of somebody or something else than was asked about: HTTP numbers no replies, so one that was
--- meant for another request is told by this alone. A reply that names nobody passes.
---@param call table see attempt.lua
---@param value table what was decoded
---@return string? field the first that names another
function M.stranger(call, value)
  local operation, subject, list = call.operation, call.subject, value.checks
  if subject and (value.applicantId or subject) ~= subject then return "applicantId" end
  if list ~= nil then
    local check_type, has_shape = operation.check_type or call.check_type, operation.check_type -- then it is a list of tables
    for i = 1, (has_shape or type(list) == "table") and #list or 0 do
      local found = list[i]
      if has_shape or type(found) == "table" then
        if check_type and (found.checkType or check_type) ~= check_type then return ("checks[%d].checkType"):format(i) end
        if subject and (found.applicantId or subject) ~= subject then return ("checks[%d].applicantId"):format(i) end
      end
    end
    if operation.is_of_checks then return nil end
  end
  if subject and operation.lists_people then
    for _, from in ipairs { value, value.list or nil } do
      for i, found in ipairs(from.items or {}) do
        if (found.applicantId or subject) ~= subject then return ("items[%d].applicantId"):format(i) end
      end
    end
  end
  for i = 1, operation.echoes and #operation.echoes or 0 do
    local echo, found = operation.echoes[i], value
    for at = 1, #echo.path do
      found = type(found) == "table" and found[echo.path[at]] or nil
    end
    if found ~= nil and found ~= call.echoed[i] then return echo.field end
  end
  local about = operation.about
  local named = about and value[about]
  if named and subject and named ~= subject then return about end
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
