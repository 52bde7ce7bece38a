-- The client of a command line: settings from the environment and the config file.

local idngo = require("idngo")

--- Opens a client for a command.
---@param options table the parsed command line
---@param extra? table options of idngo.client
---@return idngo.Client?
---@return idngo.Error?
return function(options, extra)
  local settings = { config_file = options.config_file }
  for name, value in pairs(extra or {}) do settings[name] = value end
  return idngo.client(settings)
end
