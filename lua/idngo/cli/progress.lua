-- How far a run is: one line that is written over on a terminal, a line every few seconds elsewhere. On stderr.

local core = require("idngo.core")

local M = {}

local EVERY = 5

local function clock(seconds)
  seconds = math.floor(seconds)
  local minutes = math.floor(seconds / 60)
  if minutes >= 60 then return ("%d:%02d:%02d"):format(math.floor(minutes / 60), minutes % 60, seconds % 60) end
  return ("%d:%02d"):format(minutes, seconds % 60)
end

--- The lane that calls waited in longest: how many, and how long each.
local function waits(lanes)
  local longest, waited = nil, 0
  for name, lane in pairs(lanes) do
    if lane.waited > waited then longest, waited = name, lane.waited end
  end
  if not longest then return "" end
  local lane = lanes[longest]
  return (", %d waits of %.1f s in lane %s"):format(lane.waits, lane.waited / lane.waits, longest)
end

--- A tick for run/work.lua.
---@param what string "planning", "applying", "importing"
---@param stats table see run/stats.lua
---@return fun(done: integer, total: integer) tick
---@return fun() finish ends the terminal's line
function M.new(what, stats)
  local terminal, started, shown = core.isatty(2), core.now(), core.now()
  local lines = 0
  local function tick(done, total)
    local now = core.now()
    if now - shown < (terminal and 0.2 or EVERY) then return end
    shown, lines = now, lines + 1
    local rate = done / (now - started)
    local left = rate > 0 and ", " .. clock((total - done) / rate) .. " left" or ""
    local text = ("%s: %d of %d, %.1f/s%s%s"):format(what, done, total, rate, left, waits(stats.lanes))
    io.stderr:write(terminal and "\r\27[K" .. text or text .. "\n")
    io.stderr:flush()
  end
  local function finish()
    if terminal and lines > 0 then io.stderr:write("\r\27[K") end
  end
  return tick, finish
end

return M
