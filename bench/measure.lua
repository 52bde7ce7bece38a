-- What every Lua program measured here prints when it is done; measure.h says what the line holds.

local M = {}

--- A line of /proc/self/status in KiB, such as VmHWM (the most memory that was resident) or VmRSS (now).
---@param name string
---@return integer
function M.memory(name)
  for line in io.lines("/proc/self/status") do
    local kib = line:match("^" .. name .. ":%s*(%d+) kB$")
    if kib then return assert(tonumber(kib)) end
  end
  error("no " .. name .. " in /proc/self/status")
end

--- Runs `work(warm_up)`, then `work(count)`, and prints what the second cost.
---@param work fun(count: integer)
---@param more? fun(): string further name=value pairs
---@param now? fun(): number seconds from some moment on; unless given, idngo's own
function M.run(work, warm_up, count, more, now)
  now = now or require("idngo.core").now
  work(assert(tonumber(warm_up)))
  local cpu, wall = os.clock(), now()
  work(assert(tonumber(count)))
  cpu, wall = os.clock() - cpu, now() - wall
  print(("cpu=%.6f wall=%.6f peak=%d %s"):format(cpu, wall, M.memory("VmHWM"), more and more() or ""))
end

return M
