-- How often guards would have been used: the most uses that lay in any of their windows.

local mandates = require("idngo.watch.mandate")
local sorted = require("idngo.sorted")

local M = {}

--- The most moments in any half-open interval of some seconds.
---@param moments number[] in order
---@param seconds number
---@return integer
function M.most(moments, seconds)
  local most, first = 0, 1
  for i, at in ipairs(moments) do
    while at - moments[first] >= seconds do first = first + 1 end
    most = math.max(most, i - first + 1)
  end
  return most
end

---@class idngo.watch.Use a step that a mandate would have let go
---@field action string
---@field person string
---@field at number

--- The moments of uses of an action: of all of them, and by applicant.
local function moments_of(uses, action)
  local all, by_person = {}, {}
  for _, use in ipairs(uses) do
    if use.action == action then
      all[#all + 1] = use.at
      by_person[use.person] = by_person[use.person] or {}
      table.insert(by_person[use.person], use.at)
    end
  end
  table.sort(all)
  for _, moments in pairs(by_person) do table.sort(moments) end
  return all, by_person
end

--- Every guard of a mandate, and the most uses of it.
---@param guards table<string, idngo.watch.Guard[]|"none">
---@param uses idngo.watch.Use[]
---@return {action: string, guard: string, most: integer, limit: integer}[]
function M.of(guards, uses)
  local list = {}
  for _, action in ipairs(sorted(guards)) do
    local all, by_person = moments_of(uses, action)
    for _, guard in ipairs(guards[action] ~= "none" and guards[action] or {}) do
      local most = guard.each and 0 or M.most(all, guard.seconds)
      for _, moments in pairs(guard.each and by_person or {}) do most = math.max(most, M.most(moments, guard.seconds)) end
      list[#list + 1] = { action = action, guard = mandates.word(guard), most = most, limit = guard.most }
    end
  end
  return list
end

return M
