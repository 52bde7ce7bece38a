-- idngo undo DIR: plans the opposite of what a run or a watch applied, or a part of that, as an ordinary plan over the same
-- applicants.

local cli = require("idngo.cli")
local errors = require("idngo.error")
local output = require("idngo.cli.output")
local sorted = require("idngo.sorted")
local when = require("idngo.cli.when")

local M = {}

function M.define(parser)
  parser:argument("dir", "The folder of the run or watch to take back.")
  parser:option("--run", "New folder for the plan."):argname("DIR"):count(1)
  parser:option("--since", "Only what was applied since: a UTC time, or an age such as 2h."):argname("TIME")
    :convert(when.moment)
  parser:option("--until", "Only what was applied before. Of whom something was applied later, all is left.")
    :argname("TIME"):convert(when.moment)
  parser:option("--action", "Only this action, such as deactivate."):argname("ACTION"):count("*")
    :convert(require("idngo.cli.action"))
  parser:option("--mandate", "Only what a watch did by this mandate."):argname("N")
    :convert(require("idngo.compat").tointeger)
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

--- Which steps are asked for: a function of one.
local function chosen(options, store)
  local actions
  for _, action in ipairs(options.action) do
    actions = actions or {}
    actions[action] = true
  end
  return function(step)
    return not (options.since and step.at < options.since or options["until"] and step.at >= options["until"]
      or actions and not actions[step.action] or options.mandate and store:line(step.n).row.m ~= options.mandate)
  end
end

local function earlier(a, b)
  if a.at ~= b.at then return a.at < b.at end
  if a.n ~= b.n then return a.n < b.n end
  return a.k < b.k
end

--- What a step changed: tags, each for itself, or the presence; empty where nothing takes it back.
local function changed(back, args)
  local things = {}
  for _, tag in ipairs(back and args.tags or {}) do things[#things + 1] = "tag " .. tag end
  if back and not args.tags then things[1] = "presence" end
  return things
end

--- What puts an applicant back where it was before the steps that are chosen: of each thing that they changed, the opposite of
--- the first. A step that is not chosen and changed such a thing after them, or was applied after --until, has all left as it is.
---@param steps table[] all that was applied to it
---@return table<string, string>? backs opposites, by what they put back
---@return table<string, integer> left how many steps of which actions nothing takes back
---@return table? later
local function opposites_of(steps, is_chosen, store, handlers, options)
  local backs, left, later, begun = {}, {}, nil, false
  table.sort(steps, earlier)
  for _, step in ipairs(steps) do
    local back, args = handlers.back(step.action, store:decode(step.args, "steps", ("%d.%d"):format(step.n, step.k)))
    local ours = is_chosen(step)
    begun = begun or ours
    if ours and not handlers.actions[step.action].opposite then left[step.action] = (left[step.action] or 0) + 1 end
    for _, thing in ipairs(changed(back, args)) do
      if ours then backs[thing] = backs[thing] or back elseif backs[thing] then later = step end
    end
    if begun and options["until"] and step.at >= options["until"] then later = step end
  end
  return next(backs) and backs, left, later
end

--- Applicants with what puts them back; how many steps of which actions cannot be taken back; and of whom something was applied
--- later. The log was asked before whether it confirms every row.
local function opposites(store, handlers, options)
  local rows, left, later = require("idngo.policy.rows").new(), {}, {}
  local is_chosen, steps = chosen(options, store), {}
  local function finish()
    if not steps[1] then return end
    local backs, counts, last = opposites_of(steps, is_chosen, store, handlers, options)
    if last then
      later[#later + 1] = last
      return
    end
    for action, count in pairs(counts) do left[action] = (left[action] or 0) + count end
    if not backs then return end
    local row = { id = steps[1].id, presence = backs.presence }
    for _, thing in ipairs(sorted(backs)) do
      local tag, action = thing:match("^tag (.*)$"), backs[thing]
      if tag then
        row[action] = row[action] or {}
        table.insert(row[action], tag)
      end
    end
    rows:add(nil, row)
  end
  for step in store:each("applied") do
    if steps[1] and step.id ~= steps[1].id then
      finish()
      steps = {}
    end
    if not handlers.actions[step.action].file then steps[#steps + 1] = step end
  end
  finish()
  return rows, left, later
end

local MOST_NAMED = 20

--- Says of whom something was applied later.
local function tell_later(later)
  for i = 1, math.min(#later, MOST_NAMED) do
    local each = later[i]
    output.tell(("idngo: %s is left as it is: line %d, %s, was applied later\n"):format(each.id, each.n, each.action))
  end
  if #later > MOST_NAMED then output.tell(("idngo: %d more are left as they are\n"):format(#later - MOST_NAMED)) end
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local store, view = shared.read(options.dir)
  if not store then return view end
  local handlers = require(view.handlers)
  if store:kind() == "import" then
    store:close()
    return cli.fail(errors.config(options.dir .. " holds a run of an import, which nothing takes back"))
  elseif options.mandate and store:kind() ~= "watch" then
    store:close()
    return cli.fail(errors.config(options.dir .. " holds no watch, and no mandate"))
  end
  store:snapshot()
  local checked = shared.check(store, cli.settings(options), true)
  if store.tables.old or checked.log or checked.unchecked then
    store:close()
    output.tell(("idngo: what %s applied is not certain: %s\n"):format(options.dir, checked.log or checked.unchecked
      or "it is a run of idngo 0.1; go on with it first"))
    return cli.exit.input
  end
  local of, err = require("idngo.cli.whose").of(store, shared.settings(options), true)
  if not of then
    store:close()
    return cli.fail(err)
  end
  local rows, left, later = opposites(store, handlers, options)
  local name = store:get("run")
  store:close()
  for action, count in pairs(left) do
    output.tell(("%d %s applied, which nothing takes back\n"):format(count, action))
  end
  tell_later(later)
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
