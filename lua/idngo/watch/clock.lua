-- The clock of a watch, by which guards count: it never goes back, and a step of the machine's clock does not move it. It goes as
-- the machine does since its boot; after another boot it goes on no later than where it surely was.

local core = require("idngo.core")

local M = {}

--- What it is made of; tests put others in their place.
M.sources = { boottime = core.now, wall = core.wall, boot = core.boot_id }

--- The run's moment.
---@param started {boot: string?, bt: number, t: number}? when the clock was last set
---@param last number the last moment that the log has
---@param boot string? this boot's id; nil, which is like no other, where it cannot be read
---@return number
function M.now(started, last, boot)
  local sources = M.sources
  local bt = sources.boottime()
  if not started then return math.max(last, sources.wall()) end
  if boot and started.boot == boot then return math.max(last, started.t + bt - started.bt) end
  return math.max(last, math.min(sources.wall(), last + bt))
end

return M
