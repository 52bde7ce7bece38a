-- Programs that a benchmark runs.

local M = {}

--- What `command` prints, both streams of it; a command that fails ends the run.
---@param command string
---@return string
function M.output(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read("a")
  if not pipe:close() then error(("failed: %s\n%s"):format(command, text), 0) end
  return text
end

return M
