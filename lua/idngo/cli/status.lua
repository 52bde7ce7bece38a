-- idngo status DIR: how far a run is; also while another process works on it.

local cli = require("idngo.cli")
local print_ = require("idngo.cli.print")

local M = { summary = "Show how far a run is." }

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:flag("--json", "Print one line of JSON.")
end

function M.run(options)
  local runs, shared, store = require("idngo.policy.run"), require("idngo.cli.runs"), require("idngo.policy.store")
  local kept, problem = store.read(options.dir)
  if not kept then return cli.fail(problem) end
  local summary = runs.summary(kept)
  if options.json then
    print_.json(summary)
  else
    shared.show(summary)
    shared.show_trouble(kept)
  end
  kept:close()
  return cli.exit.ok
end

return M
