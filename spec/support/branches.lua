-- All states that one leads to. Each way on is gone from a state to its end, then the state is put back, and the next one is
-- gone. A state that was seen is not gone on from again.
--
-- A crash is gone on from last, when all that happens without it was seen: whatever else is in a state, the next process begins
-- from what outlives it, so of states that have that in common one crash is enough, and of what comes after it, only what was not
-- seen: with no crash ahead less may happen than with one. To such a crash its way is gone once more.

local M = {}

---@class spec.State
---@field key fun(self): string what tells it from others, but for how many crashes are ahead
---@field lasting fun(self): string what outlives a process
---@field actions fun(self): string[] what may happen next
---@field act fun(self, action: string, known: boolean?): string[] what is broken then; known: it was looked at before
---@field mark fun(self, name: string): any where it is, to be put back to; inner marks are gone then
---@field back fun(self, mark: any)

---@class spec.Explored
---@field states integer
---@field transitions integer
---@field broken string[] what is broken first
---@field path string? how it came to that

---@class spec.Branches: spec.Explored
---@field state spec.State
---@field seen table<string, boolean>
---@field ends table<string, boolean> what crashes have left
---@field way string[] here
---@field later spec.Crashes? ways to states that a crash is to be gone on from
local Branches = {}
Branches.__index = Branches

---@class spec.Crashes a tree of actions
---@field is_one boolean? whether a crash is here
---@field actions string[]
---@field to table<string, spec.Crashes>

local function new_node() return { actions = {}, to = {} } end

--- Goes back on the way here.
function Branches:cut(depth)
  for i = #self.way, depth + 1, -1 do self.way[i] = nil end
end

--- Does one thing, and all that may come after it; false where something is broken.
function Branches:try(action)
  self.way[#self.way + 1], self.transitions = action, self.transitions + 1
  self.broken = self.state:act(action)
  if self.broken[1] then
    self.path = table.concat(self.way, ", ")
    return false
  end
  return self:go()
end

--- Keeps the way here, where a crash leaves what none has left.
function Branches:keep(lasting)
  if not self.later or self.ends[lasting] then return end
  self.ends[lasting] = true
  local node = self.later
  for _, action in ipairs(self.way) do
    if not node.to[action] then
      table.insert(node.actions, action)
      node.to[action] = new_node()
    end
    node = node.to[action]
  end
  node.is_one = true
end

function Branches:go()
  local key, lasting = self.state:key()
  if self.seen[key] then return true end
  self.seen[key], self.states = true, self.states + 1
  self:keep(lasting)
  local depth, mark = #self.way, nil
  for _, action in ipairs(self.state:actions()) do
    if mark then self.state:back(mark) end
    mark = mark or self.state:mark("state" .. depth)
    if not self:try(action) then return false end
    self:cut(depth)
  end
  return true
end

--- Goes on from the crashes of a tree.
---@param node spec.Crashes
function Branches:crash(node)
  local depth = #self.way
  local mark = self.state:mark("state" .. depth)
  if node.is_one and not self:try("crash") then return false end
  for _, action in ipairs(node.actions) do
    self:cut(depth)
    self.state:back(mark)
    self.way[depth + 1] = action
    self.state:act(action, true)
    if not self:crash(node.to[action]) then return false end
  end
  self:cut(depth)
  return true
end

--- Goes all ways, until something is broken.
---@param state spec.State
---@param crashes integer
---@return spec.Explored
function M.explore(state, crashes)
  local self = setmetatable({ state = state, states = 0, transitions = 0, broken = {}, seen = {}, ends = {}, way = {},
    later = crashes > 0 and new_node() or nil }, Branches)
  local first = state:mark("first")
  local went = self:go()
  for left = crashes - 1, 0, -1 do
    if not went then break end
    state:back(first)
    local tree = self.later
    self.way, self.later = {}, left > 0 and new_node() or nil
    went = self:crash(tree)
  end
  return self
end

return M
