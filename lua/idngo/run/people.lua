-- Whom a line is about: its applicant, and everybody its facts name. Two lines with somebody in common never act at once.

local M = {}

--- With more people than this a line is for a human.
M.MOST = 200

--- Whom facts name, as a set of ids. A hit whose id the reply left out names nobody.
---@param known table<string, table> facts
---@return table<string, boolean>
function M.named(known)
  local ids = {}
  for _, fact in pairs(known) do
    for _, hit in ipairs(fact.hits or {}) do
      if type(hit.applicantId) == "string" and hit.applicantId ~= "MISSING" then ids[hit.applicantId] = true end
    end
  end
  return ids
end

---@class idngo.run.Holds who is held, by which line
local Holds = {}
Holds.__index = Holds

--- Holds all of `ids` for line `n`, or none of them: whoever waits holds nobody, so that no two wait for each other.
---@param ids table<string, boolean>
---@param n integer
---@return boolean held
function Holds:take(ids, n)
  for id in pairs(ids) do
    local holder = self.holders[id]
    if holder and holder ~= n then return false end
  end
  for id in pairs(ids) do self.holders[id] = n end
  return true
end

function Holds:release(ids, n)
  for id in pairs(ids) do
    if self.holders[id] == n then self.holders[id] = nil end
  end
end

---@return idngo.run.Holds
function M.holds() return setmetatable({ holders = {} }, Holds) end

return M
