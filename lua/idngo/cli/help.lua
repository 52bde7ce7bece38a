-- idngo help [COMMAND]: the same as COMMAND --help.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")
local suggest = require("idngo.suggest")

local M = {}

function M.define(parser, usage_error)
  parser:argument("command", "A command, such as policy test; none for the list of commands."):args("*"):target("about")
  M.usage_error = function(message) usage_error(parser, message) end
end

function M.run(options)
  local parser = cli.parser(options.about)
  for _, word in ipairs(options.about) do
    local names, match = {}, nil
    for _, command in ipairs(parser._commands) do
      names[#names + 1] = command._name
      if command._name == word then match = command end
    end
    if not match then
      M.usage_error(names[1] and ("there is no command %s, %s"):format(word, suggest(word, names))
        or ("%s has no commands of its own"):format(parser._name))
    end
    parser = match
  end
  output.write(parser:get_help(), "\n")
  return cli.exit.ok
end

return M
