-- idngo resume DIR: goes on with a run that was interrupted, while it planned or while it was applied.

local cli = require("idngo.cli")

local M = {}

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:flag("--dry-run", "Show every step that is left; send nothing.")
  parser:flag("--json", "Print one line of JSON.")
end

local function go_on_planning(shared, run, options)
  local pool, err = shared.pool(run.store:get("policy"), run.store:get("policy_file"))
  if not pool then return cli.fail(err) end
  local code = shared.plan(run, pool, options)
  pool:close()
  return code
end

local function go_on(shared, run, options)
  if options.dry_run then return shared.dry_run(run, options) end
  if run.handlers.kind == "policy" and not run.store.witness.planned then return go_on_planning(shared, run, options) end
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
