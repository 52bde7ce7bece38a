-- Moments and ages on a command line.

local core = require("idngo.core")
local dates = require("idngo.dates")

local M = {}

local seconds_of = { s = 1, m = 60, h = 3600, d = 86400 }

--- "90s", "15m", "2h", "7d" in seconds.
---@param text string
---@return number? seconds
---@return string? message
function M.age(text)
  local count, unit = text:match("^(%d+)([smhd])$")
  if count then return tonumber(count) * seconds_of[unit] end
  return nil, ("%q is no age: 90s, 15m, 2h or 7d expected"):format(text)
end

--- "2024-05-01", "2024-05-01 12:30[:15]" in UTC or with a zone, or an age.
---@param text string
---@return number? Unix seconds
---@return string? message
function M.moment(text)
  local ago = M.age(text)
  if ago then return core.wall() - ago end
  local parsed = dates.parse(text)
  if parsed then return dates.seconds(parsed) end
  return nil, ("%q is no time: 2024-05-01, 2024-05-01 12:30:15 (UTC) or an age such as 2h expected"):format(text)
end

return M
