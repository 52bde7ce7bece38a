-- idngo approvers init NAME: makes an approver's key, and prints the lines of it for the file that the setting approvers names.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")

local M = {}

--- A name as it stands above a key: in one line, which is read back as it is.
local function name(text)
  if text ~= "" and not text:find("%c") and text == text:match("^[%s#]*(.-)%s*$") and not text:find("-----", 1, true) then
    return text
  end
  return nil, ("%q is no name: one line is expected, which begins with neither # nor a blank"):format(text)
end

function M.define(parser, usage_error)
  parser:command_target("what")
  parser:require_command(true)
  local init = parser:command("init", "Make a key to approve with, and print the public one below a name.")
  init.error = usage_error
  init:argument("NAME", "Whose it is: who has several keys has one name, and counts once."):target("name"):convert(name)
  init:option("--key", "The file to make; one that is there stays as it is. (default: approver.key beside the config file)")
    :argname("FILE")
end

function M.run(options)
  local key, path = require("idngo.run.keys").make_approver(options.key)
  if not key then return cli.fail(path) end
  output.write(options.name, "\n", key:pem())
  output.tell(("The private key is in %s, for you alone to read: who has it approves in your name.\n"):format(path))
  output.tell(("Next: set approver_key_file = %s in your config file, and give the lines above to those who run: they belong in "
    .. "the file that the setting approvers names.\n"):format(path))
  return cli.exit.ok
end

return M
