-- idngo report DIR: writes the reports of a run into its folder.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = { summary = "Write a run's report: report.html, and of a policy report.json." }

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:flag("--json", "Print the numbers as one line of JSON.")
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local store, view = shared.read(options.dir)
  if not store then return view end
  store:snapshot()
  local checked = shared.check(store, options.config_file, true)
  local numbers, problem = shared.report(store, options.dir, checked)
  store:close()
  if not numbers then return cli.fail(problem) end
  if options.json then print_.json(numbers) else output.write(options.dir, "/report.html\n") end
  return shared.tell(checked)
end

return M
