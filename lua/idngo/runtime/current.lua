-- Which runtime a call runs on: the client's own transport, or the scheduler whose coroutine is running.

local compat = require("idngo.compat")

local yieldable = compat.yieldable

local M = {}

local of_thread, any = setmetatable({}, { __mode = "k" }), false

--- Calls made inside `thread` go through `runtime` (nil: no longer).
function M.assign(thread, runtime)
  of_thread[thread], any = runtime, true
end

--- The runtime of the running coroutine, or nil: then, and where a coroutine cannot yield, calls block.
function M.current()
  if not any then return nil end
  local thread = yieldable()
  return thread and of_thread[thread]
end

--- Why `name` is refused where nothing is current.
function M.refusal(name)
  local thread = compat.running()
  if not thread or not of_thread[thread] then return name .. " works only inside idngo.run" end
  return name .. ": nothing can wait inside a function of C (table.sort, string.gsub, require, …); do it before or after that"
end

return M
