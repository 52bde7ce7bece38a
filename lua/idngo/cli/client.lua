-- The client of a command line: settings from the environment and the config file.

local cli = require("idngo.cli")
local idngo = require("idngo")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

--- Says once, before anything else, why a command waits, where Redis keeps the limits and has it wait.
local function tells_wait()
  local told = false
  return function(event)
    if told or event.event ~= "limits" or not event.message then return end
    told = true
    output.tell("idngo: ", print_.plain(event.message), "\n")
  end
end

--- Opens a client for a command.
---@param options table the parsed command line
---@param extra? table options of idngo.client
---@return idngo.Client?
---@return idngo.Error?
return function(options, extra)
  local settings = cli.settings(options)
  settings.on_event = tells_wait()
  for name, value in pairs(extra or {}) do settings[name] = value end
  return idngo.client(settings)
end
