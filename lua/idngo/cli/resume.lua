-- idngo resume DIR: goes on with a run that was interrupted, while it planned or while it was applied.

local cli = require("idngo.cli")
local err = require("idngo.error")

local M = { summary = "Go on with a run that was interrupted." }

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:flag("--dry-run", "Show every step that is left; send nothing.")
  parser:flag("--json", "Print one line of JSON.")
end

local function go_on_planning(shared, run, options)
  local pool, problem = shared.pool(run.store:get("policy"), run.store:get("policy_file"))
  if not pool then return cli.fail(problem) end
  local code = shared.plan(run, pool, options)
  pool:close()
  return code
end

local function go_on(shared, run, options)
  local state = run.store:get("state")
  if options.dry_run then return shared.dry_run(run, options) end
  if state == "planning" then return go_on_planning(shared, run, options) end
  if state == "planned" then
    return cli.fail(err.new { kind = "approval", outcome = "not_sent", message = "the plan has not been approved",
      hint = ("idngo apply %s"):format(run.dir) })
  end
  return shared.apply(run, options)
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local run, code = shared.open(options)
  if not run then return code end
  code = go_on(shared, run, options)
  run:close()
  return code
end

return M
