-- idngo resume DIR: goes on with a run that was interrupted, while it planned or while it was applied.

local cli = require("idngo.cli")

local M = {}

function M.define(parser)
  parser:argument("RUN", "The run: its folder, or its address in PostgreSQL."):target("dir")
  parser:flag("--accept-async", "Do what may be done once only, though a standby that took over might not know of it.")
  parser:flag("--after-failover", "You have looked what was sent last, since a standby has taken over; go on.")
  parser:option("--note", "What to write down with that, such as a ticket."):argname("TEXT")
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

--- Writes down that a person has looked, where there is something to look at.
local function after_failover(run, options)
  local store = run.store
  if not store.tables.shared or store.tables:promise().server == store.witness.server then return true end
  local key, err = require("idngo.run.keys").approver(cli.settings(options))
  if not key then return nil, err end
  store:after_failover { key = key, note = options.note }
  return true
end

local function go_on(shared, run, options)
  if options.after_failover then
    local ok, err = after_failover(run, options)
    if not ok then return cli.fail(err) end
  end
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
