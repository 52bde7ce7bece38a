-- Turns at what one task at a time may use, in the order in which they asked. A task that waits for its turn gets it though it
-- was cancelled meanwhile: what it has done must still be written down.

local compat = require("idngo.compat")
local runtimes = require("idngo.runtime.current")

---@class idngo.run.Turns
---@field holder any who has the turn: a coroutine, or "main"
---@field queue table[] who waits
local Turns = {}
Turns.__index = Turns

local function who() return compat.running() or "main" end

--- Whether the running coroutine has the turn.
function Turns:is_mine() return self.holder == who() end

--- Waits for the turn of the running coroutine.
function Turns:take()
  if self.holder then
    local runtime = runtimes.current()
    if not runtime then error("idngo: " .. runtimes.refusal("waiting for a turn"), 0) end
    local place = { who = who(), runtime = runtime }
    self.queue[#self.queue + 1] = place
    runtime:park(place)
  else
    self.holder = who()
  end
end

--- Gives the turn to whoever waits longest.
function Turns:give()
  local next_one = table.remove(self.queue, 1)
  self.holder = next_one and next_one.who
  if next_one then next_one.runtime:unpark(next_one) end
end

---@return idngo.run.Turns
return function() return setmetatable({ queue = {} }, Turns) end
