-- idngo undo DIR: plans the opposite of what a run applied, as an ordinary plan over the same applicants.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")

local M = {}

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
    local back = {}
    if applicant.presence == "activate" then back[#back + 1] = activate("undo") end
    if applicant.presence == "deactivate" then back[#back + 1] = deactivate("undo") end
    if applicant.remove_tags then back[#back + 1] = remove_tags(applicant.remove_tags, "undo") end
    if applicant.add_tags then back[#back + 1] = add_tags(applicant.add_tags, "undo") end
    return back
  end,
}
]]

local COLUMNS = { id = true, presence = true, remove_tags = { true }, add_tags = { true } }

--- Adds the tags that `list` does not have yet.
local function merge(list, tags)
  local seen, merged = {}, {}
  for _, each in ipairs { list or {}, tags } do
    for _, tag in ipairs(each) do
      if not seen[tag] then merged[#merged + 1] = tag end
      seen[tag] = true
    end
  end
  return merged
end

--- Applicants with what puts them back where they were before the run: of its presence the opposite of the first step that
--- changed it, and the tags that were added, or removed; and how many steps of which actions cannot be taken back. Only steps
--- that the log confirms count.
local function opposites(store, handlers)
  local rows, left, row = require("idngo.policy.rows").new(), {}, nil
  for step in store:each("all_steps") do
    local action = handlers.actions[step.action]
    if store.witness:state(step.n, step.k) == "applied" and not action.file then
      local back, args = handlers.back(step.action, store:decode(step.args, "steps", ("%d.%d"):format(step.n, step.k)))
      if not action.opposite then left[step.action] = (left[step.action] or 0) + 1 end
      if back and not (row and row.id == step.id) then
        if row then rows:add(nil, row) end
        row = { id = step.id }
      end
      if back and args.tags then
        row[back] = merge(row[back], args.tags)
      elseif back then
        row.presence = row.presence or back
      end
    end
  end
  if row then rows:add(nil, row) end
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
  return shared.plan_new(pool, options, of, require("idngo.policy.run").create(options.run, { rows = rows, columns = COLUMNS,
    account = of.account, profile = of.profile,
    policy = { text = text, file = "undo.lua", name = "undo", version = name:sub(1, 8) } }))
end

return M
