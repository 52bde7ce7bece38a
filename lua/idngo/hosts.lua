-- Which host a call runs on: the client's own transport, or the scheduler whose coroutine is running.

local running = coroutine.running

local M = {}

local of_thread = setmetatable({}, { __mode = "k" })

--- Calls made inside `thread` go through `host` (nil: no longer).
function M.assign(thread, host)
  of_thread[thread] = host
end

--- The host of the running coroutine, or nil.
function M.current()
  local thread, is_main = running()
  return thread and not is_main and of_thread[thread] or nil
end

return M
