-- Commands that are ended by signals at any moment, and begun again until they end by themselves.

local M = {}

local SIGNALS = { "KILL", "HUP", "KILL", "TERM" }
local ENDED = { [128 + 9] = true, [128 + 1] = true, [128 + 15] = true }
local turn = 0

math.randomseed(7)

--- Runs a command, and again, until it ends by itself.
---@param command string
---@param seconds number a signal comes within so many
---@param most integer so many signals, and no more
---@return integer code
---@return integer kills
---@return integer hard those that the process could not hear of
function M.run(command, seconds, most)
  local kills, hard = 0, 0
  while true do
    local signal = SIGNALS[turn % #SIGNALS + 1]
    local limit = kills < most and ("timeout --preserve-status -s %s %.3f "):format(signal, math.random() * seconds) or ""
    local _, _, code = require("command")(limit .. command)
    if not ENDED[code] then return code, kills, hard end
    kills, turn = kills + 1, turn + 1
    if signal == "KILL" then hard = hard + 1 end
  end
end

return M
