-- idngo undo DIR: plans the opposite of what a run applied, as an ordinary plan over the same applicants.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")

local M = { summary = "Plan the opposite of what a run applied; nothing is changed." }

function M.define(parser)
  parser:argument("dir", "The folder of the run to take back.")
  parser:option("--run", "New folder for the plan."):argname("DIR"):count(1)
  parser:flag("--json", "Print one line of JSON.")
end

local POLICY = [[
-- Takes back what the run %s applied.
return {
  name = "undo", version = "%s",
  decide = function(applicant)
    if applicant.undo == "activate" then return activate("undo") end
    return deactivate("undo")
  end,
}
]]

--- Applicants with the action that puts them back where they were before the run: the opposite of its first step that has
--- one; and how many steps of which actions cannot be taken back. Only steps that the log confirms count.
local function opposites(store, handlers)
  local rows, left, taken = require("idngo.policy.rows").new(), {}, 0
  for step in store:each("all_steps") do
    local action = handlers.actions[step.action]
    if store.witness:state(step.n, step.k) == "applied" and action.destructive then
      if not action.opposite then
        left[step.action] = (left[step.action] or 0) + 1
      elseif taken < step.n then
        taken = step.n
        rows:add(nil, { id = step.id, undo = action.opposite })
      end
    end
  end
  return rows, left
end

function M.run(options)
  local handlers, shared = require("idngo.policy.handlers"), require("idngo.cli.runs")
  local store, err = require("idngo.run.store").read(options.dir, "policy")
  if not store then return cli.fail(err) end
  store:snapshot()
  local checked = shared.check(store, cli.settings(options), true)
  if store.tables.old or checked.log or checked.unchecked then
    store:close()
    output.tell(("idngo: what %s applied is not certain: %s\n"):format(options.dir, checked.log or checked.unchecked
      or "it is a run of idngo 0.1; go on with it first"))
    return cli.exit.input
  end
  local of
  of, err = require("idngo.cli.whose").of(store, shared.settings(options), true)
  if not of then
    store:close()
    return cli.fail(err)
  end
  local rows, left = opposites(store, handlers)
  local name = store:get("run")
  store:close()
  for action, count in pairs(left) do
    output.tell(("%d %s applied, which nothing takes back\n"):format(count, action))
  end
  if rows.count == 0 then
    output.tell("idngo: there is nothing to take back\n")
    return cli.exit.input
  end
  local text = POLICY:format(name, name:sub(1, 8))
  local pool
  pool, err = shared.pool(text, "undo.lua")
  if not pool then return cli.fail(err) end
  return shared.plan_new(pool, options, of, require("idngo.policy.run").create(options.run, { rows = rows,
    account = of.account, profile = of.profile,
    policy = { text = text, file = "undo.lua", name = "undo", version = name:sub(1, 8) } }))
end

return M
