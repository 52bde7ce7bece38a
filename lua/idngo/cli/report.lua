-- idngo report DIR: writes report.html and report.json into the run's folder.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = { summary = "Write a run's report: report.html and report.json." }

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:flag("--json", "Print the numbers as one line of JSON.")
end

function M.run(options)
  local numbers, problem = require("idngo.policy.report").write(options.dir)
  if not numbers then return cli.fail(problem) end
  if options.json then print_.json(numbers) else output.write(options.dir, "/report.html\n") end
  return cli.exit.ok
end

return M
