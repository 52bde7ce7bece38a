-- idngo version: which idngo this is.

local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local version = require("idngo.version")

local M = {}

function M.define(parser)
  parser:flag("--json", "Print one line of JSON.")
end

function M.run(options)
  if options.json then print_.json { version = version } else output.write("idngo ", version, "\n") end
  return 0
end

return M
