-- Which host a call runs on: the client's own transport, or the scheduler whose coroutine is running.

local compat = require("idngo.compat")

local yieldable = compat.yieldable

local M = {}

local of_thread = setmetatable({}, { __mode = "k" })

--- Calls made inside `thread` go through `host` (nil: no longer).
function M.assign(thread, host)
  of_thread[thread] = host
end

--- The host of the running coroutine, or nil: then, and where a coroutine cannot yield, calls block.
function M.current()
  local thread = yieldable()
  return thread and of_thread[thread]
end

return M
