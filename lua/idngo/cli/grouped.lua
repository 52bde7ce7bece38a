-- Problems of many rows, each said once: where it stands in one row under that row, else with how many rows have it and which.
-- What is kept of a problem is its text and the first few places.

local M = {}

local FEW = 5 -- places that are named of a problem that many rows have

local Grouped = {}
Grouped.__index = Grouped

--- Adds what was found in one row.
---@param problem string one line
---@param place integer the row's line
---@param severity "error"|"warning"
function Grouped:add(problem, place, severity)
  local key = severity .. "\0" .. problem
  local group = self.by_key[key]
  if not group then
    group = { problem = problem, severity = severity, count = 0, places = {} }
    self.by_key[key] = group
    self.list[#self.list + 1] = group
  end
  if group.places[#group.places] == place then return end -- twice in one row
  group.count = group.count + 1
  if self.all or #group.places < FEW then group.places[#group.places + 1] = place end
  self.counts[severity] = (self.counts[severity] or 0) + 1
end

--- Every problem, in the order of the rows: {place = its row's, or nil where several have it, head = what to call them, problem}.
---@return fun(): {place: integer?, rows: integer, severity: string, text: string}?
function Grouped:each()
  local i = 0
  return function()
    i = i + 1
    local group = self.list[i]
    if not group then return nil end
    if group.count == 1 then
      return { place = group.places[1], rows = 1, severity = group.severity, text = group.problem }
    end
    local more = group.count > #group.places and " … ; --all lists them" or ""
    return { rows = group.count, severity = group.severity,
      text = ("%s: lines %s%s"):format(group.problem, table.concat(group.places, ", "), more) }
  end
end

--- Nothing found yet.
---@param all boolean? whether every place is named
---@return table
function M.new(all) return setmetatable({ list = {}, by_key = {}, counts = {}, all = all }, Grouped) end

return M
