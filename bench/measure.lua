-- What every Lua program measured here prints when it is done; measure.h says what the line holds.

local core = require("idngo.core")

local M = {}

--- A line of /proc/self/status in KiB, such as VmHWM (the most memory that was resident) or VmRSS (now).
---@param name string
---@return integer
function M.memory(name)
  for line in io.lines("/proc/self/status") do
    local kib = line:match("^" .. name .. ":%s*(%d+) kB$")
    if kib then return math.tointeger(kib) end
  end
  error("no " .. name .. " in /proc/self/status")
end

--- Runs `work(warm_up)`, then `work(count)`, and prints what the second cost.
---@param work fun(count: integer)
---@param more? fun(): string further name=value pairs
function M.run(work, warm_up, count, more)
  work(math.tointeger(warm_up))
  local cpu, wall = os.clock(), core.now()
  work(math.tointeger(count))
  cpu, wall = os.clock() - cpu, core.now() - wall
  print(("cpu=%.6f wall=%.6f peak=%d %s"):format(cpu, wall, M.memory("VmHWM"), more and more() or ""))
end

return M
