-- Scripts run by each Lua that idngo runs on; LuaJIT's modules serve Lua 5.1 too.

local command = require("command")

local M = { names = { "lua5.4", "luajit", "lua5.1" } }

local BUILD = os.getenv("IDNGO_BUILD") or "build"
local MODULES = { ["lua5.4"] = "lua5.4", luajit = "luajit", ["lua5.1"] = "luajit" }

--- The words that start a script on one of the Luas.
---@param name string
function M.start(name)
  return ("LUA_CPATH='%s/%s/?.so;;' %s"):format(BUILD, MODULES[name], name)
end

--- Runs a script with its arguments: what it printed, what it complained, how it ended.
function M.run(name, words)
  return command(M.start(name) .. " " .. words)
end

return M
