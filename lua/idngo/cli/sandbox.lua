-- idngo sandbox: the whole API on this machine, until interrupted.

local sandbox = require("idngo.sandbox")

local M = { summary = "Serve the API locally, with made-up applicants." }

local converts = { number = tonumber, integer = math.tointeger }

function M.define(parser)
  for _, option in ipairs(sandbox.options) do
    local flag = "--" .. option.name:gsub("_", "-")
    if option.type == "flag" then
      parser:flag(flag, option.doc)
    elseif option.name ~= "secret_key" and option.name ~= "app_token" and option.type ~= "table" then
      local shown = option.default ~= nil and (" Default: %s."):format(option.default) or ""
      local word = parser:option(flag, option.doc .. shown):argname(option.type == "string" and "TEXT" or "N")
      if converts[option.type] then word:convert(converts[option.type]) end
    end
  end
  parser:option("--secret-key-file", "File with the secret key to expect instead of the demo's."):argname("FILE")
  parser:option("--app-token", "The app token to expect instead of the demo's."):argname("TOKEN")
end

function M.run(options)
  local settings = {}
  for _, option in ipairs(sandbox.options) do settings[option.name] = options[option.name] end
  if options.secret_key_file then
    local file, why = io.open(options.secret_key_file, "r")
    if not file then
      io.stderr:write("idngo: ", why, "\n")
      return 74
    end
    settings.secret_key = file:read("l")
    file:close()
  end
  sandbox.run(settings)
  return 0
end

return M
