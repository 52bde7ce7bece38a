-- The runtime of plain Lua outside of tasks: whatever waits blocks.

local core = require("idngo.core")
local curl = require("idngo.curl")

local M = { sleep = core.sleep }

--- As scheduler.lua's.
function M:wait(descriptor, what, by) -- luacheck: ignore 212/self
  local ready, message
  repeat -- a signal may come; its handler runs here
    ready, message = curl.poll(descriptor, what, by)
  until ready ~= nil or message
  if message then return nil, { kind = "io", message = message } end
  return ready
end

return M
