-- Copies of values, so that what becomes of one does not show in the other.

local M = {}

--- A copy of a table and of all tables in it, with their metatables; of anything else the value itself.
---@param value any
---@param except table<string, boolean>? fields of it that are left out
function M.of(value, except)
  if type(value) ~= "table" then return value end
  local made = {}
  for key, each in next, value do
    if not (except and except[key]) then made[key] = type(each) == "table" and M.of(each) or each end
  end
  return setmetatable(made, getmetatable(value))
end

--- Gives a table the fields of such a copy again, but for those that were left out.
---@param value table
---@param saved table
---@param except table<string, boolean>?
function M.back(value, saved, except)
  for key in next, value do
    if saved[key] == nil and not (except and except[key]) then value[key] = nil end
  end
  for key, each in next, saved do value[key] = M.of(each) end
end

return M
