-- idngo undo DIR: plans the opposite of what a run or a watch applied, or a part of that, as an ordinary plan over the same
-- applicants.

local cli = require("idngo.cli")
local command = require("idngo.run.command")
local errors = require("idngo.error")
local output = require("idngo.cli.output")
local sorted = require("idngo.sorted")
local when = require("idngo.cli.when")

local M = {}

function M.define(parser)
  parser:argument("RUN", "The run or watch to take back: its folder, or its address in PostgreSQL."):target("dir")
  parser:option("--run", "New folder for the plan, or its address in PostgreSQL."):argname("RUN"):count(1)
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

local TAGS = { add_tags = true, remove_tags = true }
local COLUMNS = { id = true, presence = true, remove_tags = { true }, add_tags = { true } }

--- Which steps are asked for: a function of one. What may have been done at a moment that is not known is asked for.
local function chosen(options, store)
  local actions
  for _, action in ipairs(options.action) do
    actions = actions or {}
    actions[action] = true
  end
  return function(step)
    local since, before = options.since, options["until"]
    return not (step.at and (since and step.at < since or before and step.at >= before)
      or actions and not actions[step.action] or options.mandate and store:line(step.n).row.m ~= options.mandate)
  end
end

local function earlier(a, b)
  local first, second = a.at or 0, b.at or 0 -- of a step that idngo 0.1 left in doubt no moment may be known
  if first ~= second then return first < second end
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

---@class idngo.cli.Left what an undo leaves
---@field counts table<string, integer> how many steps of which actions were applied, which nothing takes back
---@field kept table[] a step that was applied later, of each applicant who is left as they are for that
---@field doubtful table[] steps that may have been applied; who was perhaps changed by them is left as they are, too

--- What puts an applicant back where it was before the steps that are chosen: of each thing that they changed, the opposite of
--- the first. A step that is not chosen and changed such a thing after them, or was applied after --until, has all left as it
--- is; so has one that only may have been applied.
---@param steps table[] all that was applied to it, or may have been
---@param left idngo.cli.Left
---@return table<string, string>? backs opposites, by what they put back
local function opposites_of(steps, is_chosen, store, handlers, options, left)
  local backs, counts, later, doubt, begun = {}, {}, nil, nil, false
  table.sort(steps, earlier)
  for _, step in ipairs(steps) do
    local back, args = handlers.back(step.action, store:decode(step.args, "steps", ("%d.%d"):format(step.n, step.k)))
    local is_forgotten = back and TAGS[step.action] and not args.tags -- which ones they were was destroyed
    back = not is_forgotten and back or nil
    local ours, certain, concerns = is_chosen(step), step.state == "applied", false
    begun = begun or ours
    if ours and certain and (is_forgotten or not handlers.actions[step.action].opposite) then
      counts[step.action] = (counts[step.action] or 0) + 1
    end
    for _, thing in ipairs(changed(back, args)) do
      concerns = concerns or ours or backs[thing] ~= nil
      if ours then backs[thing] = backs[thing] or back elseif backs[thing] and certain then later = step end
    end
    if begun and options["until"] and (step.at or 0) >= options["until"] then
      if certain then later = step else concerns = true end
    end
    if not certain and (ours or concerns) then left.doubtful[#left.doubtful + 1] = step end
    doubt = doubt or not certain and concerns
  end
  if later then left.kept[#left.kept + 1] = later end
  if later then return nil end
  for action, count in pairs(counts) do left.counts[action] = (left.counts[action] or 0) + count end
  return not doubt and next(backs) and backs or nil
end

--- Applicants with what puts them back, and what is left. The log was asked before whether it confirms every row.
---@return table rows
---@return idngo.cli.Left
local function opposites(store, handlers, options)
  local rows, left = require("idngo.policy.rows").new(), { counts = {}, kept = {}, doubtful = {} }
  local is_chosen, steps = chosen(options, store), {}
  local function finish()
    local backs = steps[1] and opposites_of(steps, is_chosen, store, handlers, options, left)
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
  for step in store:each("effects") do
    if steps[1] and step.id ~= steps[1].id then
      finish()
      steps = {}
    end
    if not handlers.actions[step.action].file then steps[#steps + 1] = step end
  end
  finish()
  return rows, left
end

local MOST_NAMED = 20

--- Says what is left, and why.
---@param left idngo.cli.Left
---@param settle string the command that tells of steps in doubt
local function tell_left(left, settle)
  for _, action in ipairs(sorted(left.counts)) do
    output.tell(("%d %s applied, which nothing takes back\n"):format(left.counts[action], action))
  end
  for i = 1, math.min(#left.kept, MOST_NAMED) do
    local each = left.kept[i]
    output.tell(("idngo: %s is left as it is: line %d, %s, was applied later\n"):format(each.id, each.n, each.action))
  end
  if #left.kept > MOST_NAMED then output.tell(("idngo: %d more are left as they are\n"):format(#left.kept - MOST_NAMED)) end
  for _, each in ipairs(left.doubtful) do -- every one: nobody else will look for them
    output.tell(("idngo: %s: line %d, step %d, %s, may have been applied, and is not taken back\n"):format(each.id, each.n,
      each.k, each.action))
  end
  if left.doubtful[1] then
    output.tell(("idngo: %d may have been done: first %s, then undo them\n"):format(#left.doubtful, settle))
  end
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
  local gone = store:destroyed()
  if gone then
    store:close()
    return cli.fail(gone)
  end
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
  local rows, left = opposites(store, handlers, options)
  local name = store:get("run")
  local settle = command({ store = store, dir = options.dir }, "idngo settle %s")
  store:close()
  tell_left(left, settle)
  if rows.count == 0 then
    output.tell(left.doubtful[1] and "idngo: no plan was made: all that is left to take back is in doubt\n"
      or "idngo: there is nothing to take back\n")
    return cli.exit.input
  end
  local text = POLICY:format(name, name:sub(1, 8))
  local pool
  pool, err = shared.pool(text, "undo.lua")
  if not pool then return cli.fail(err) end
  local code = shared.plan_new(pool, options, of, require("idngo.policy.run").create(options.run, { rows = rows,
    columns = COLUMNS, account = of.account, profile = of.profile,
    policy = { text = text, file = "undo.lua", name = "undo", version = name:sub(1, 8) } }))
  return code == cli.exit.ok and left.doubtful[1] and cli.exit.failed or code
end

return M
