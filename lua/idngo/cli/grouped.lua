-- Messages about many rows, each said once: a message about one row under that row, one about several with their number and
-- the first few lines.

local M = {}

local FEW = 5 -- lines that are named of a message about many rows

local Grouped = {}
Grouped.__index = Grouped

--- Adds a message about one row.
---@param message string one line
---@param place integer the row's line
---@param severity "error"|"warning"
function Grouped:add(message, place, severity)
  local key = severity .. "\0" .. message
  local group = self.by_key[key]
  if not group then
    group = { message = message, severity = severity, count = 0, places = {} }
    self.by_key[key] = group
    self.list[#self.list + 1] = group
  end
  if group.places[#group.places] == place then return end -- twice in one row
  group.count = group.count + 1
  if self.all or #group.places < FEW then group.places[#group.places + 1] = place end
  self.counts[severity] = (self.counts[severity] or 0) + 1
end

--- Every message, in the order of the rows.
---@return fun(): {place: integer?, rows: integer, severity: string, text: string}? place: the line, where it is one row
function Grouped:each()
  local i = 0
  return function()
    i = i + 1
    local group = self.list[i]
    if not group then return nil end
    if group.count == 1 then
      return { place = group.places[1], rows = 1, severity = group.severity, text = group.message }
    end
    local more = group.count > #group.places and " … ; --all lists them" or ""
    return { rows = group.count, severity = group.severity,
      text = ("%s: lines %s%s"):format(group.message, table.concat(group.places, ", "), more) }
  end
end

--- Makes an empty group.
---@param all boolean? whether every place is named
---@return table
function M.new(all) return setmetatable({ list = {}, by_key = {}, counts = {}, all = all }, Grouped) end

return M
