-- The runtime of plain Lua outside of tasks: whatever waits blocks.

local core = require("idngo.core")
local curl = require("idngo.curl")

local M = { sleep = core.sleep }

--- As scheduler.lua's.
function M:wait(descriptor, what, by) -- luacheck: ignore 212/self
  local found, why
  repeat -- a signal may come; its handler runs here
    found, why = curl.poll(descriptor, what, by)
  until found ~= nil or why
  if why then return nil, { kind = "io", message = why } end
  return found
end

return M
