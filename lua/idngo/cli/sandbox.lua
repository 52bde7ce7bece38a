-- idngo sandbox: the service on this machine, until interrupted.

local compat = require("idngo.compat")
local output = require("idngo.cli.output")
local sandbox = require("idngo.sandbox")
local text_file = require("idngo.text")

local M = { summary = "Serve the API locally, with made-up applicants." }

local converts = { number = tonumber, integer = compat.tointeger }

function M.define(parser)
  for _, option in ipairs(sandbox.options) do
    local flag = option.name:gsub("_", "-")
    if option.type == "boolean" then
      parser:flag("--no-" .. flag, ("Switch off: %s."):format(option.doc)):target(option.name):action("store_false")
        :default(option.default)
    elseif option.name ~= "secret_key" then
      local word = parser:option("--" .. flag, ("%s (%s)."):format(option.doc, option.default)):target(option.name)
      word:argname(option.type == "string" and "TEXT" or option.type == "one_of" and "WORD" or "N")
      if option.values then word:choices(option.values) end
      if converts[option.type] then word:convert(converts[option.type]) end
    end
  end
  parser:option("--secret-key-file", "File with the secret key to let in instead of the demo's."):argname("FILE")
end

--- The one line that is printed: the only place that tells where the sandbox is.
local function ready(url)
  return output.write("idngo sandbox ready at ", url, "\n") and output.flush()
end

function M.run(options)
  local settings = {}
  for _, option in ipairs(sandbox.options) do settings[option.name] = options[option.name] end
  if options.secret_key_file then
    local text, message = text_file.read(options.secret_key_file)
    if not text then
      output.tell("idngo: ", message, "\n")
      return 74
    end
    settings.secret_key = text_file.lines(text)()
  end
  local ok, signal, message = pcall(sandbox.run, settings, ready)
  if not ok and tostring(signal):find("module 'idngo", 1, true) then error(signal, 0) end
  if not ok or signal == nil then
    output.tell("idngo: ", tostring(ok and message or signal):gsub("^%S+:%d+: ", ""), "\n")
    return ok and 69 or 2
  end
  return 0
end

return M
