-- Which line of a run holds whom, where several processes work on the run: a table of the run says so. In a process its lines are
-- told apart in memory first, so that of those that wait for a person one alone asks the server.

local compat = require("idngo.compat")
local people = require("idngo.run.people")

local M = {}

---@class idngo.run.LineHolds: idngo.run.Holds
---@field store idngo.run.Store
---@field seconds number
---@field own idngo.run.Holds
local Holds = {}
Holds.__index = Holds

--- Holds all of `ids` for a line, or none of them. Throws where the line is another worker's by now.
---@param ids table<string, boolean>
---@param n integer
---@param token integer
---@return boolean held
---@return (fun())? wait until it may be worth another try
function Holds:take(ids, n, token)
  if not self.own:take(ids, n) then return false end
  local store, seen, free = self.store, nil, nil
  local ok, thrown = compat.pcall(function()
    seen = store:words("people")
    store:transaction(function()
      store:must_hold { n = n, token = token }
      local now = store.tables:now()
      free = true
      for id in pairs(ids) do free = free and not store:row("held", id, n, now) end
      if not free then return end
      for id in pairs(ids) do store:run("hold", id, n, now + self.seconds) end
    end)
  end)
  if ok and free then return true end
  self.own:release(ids, n) -- else its other lines would wait for a line that it has no more
  if not ok then error(thrown, 0) end
  return false, function() store:await("people", seen) end
end

--- Releases all whom a line holds, as long as it is this worker's.
function Holds:release(ids, n, token)
  self.store:run("let_go", n, token, self.store.tables:channel("people"))
  self.own:release(ids, n)
end

--- Forgets in this process whom a line holds that is another worker's.
function Holds:forget(ids, n) self.own:release(ids, n) end

---@param store idngo.run.Store
---@param seconds number for which lines are claimed
---@return idngo.run.LineHolds
function M.new(store, seconds) return setmetatable({ store = store, seconds = seconds, own = people.holds() }, Holds) end

return M
