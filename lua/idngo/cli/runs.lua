-- What the commands about runs share: doing the work with progress, and telling how it ended.

local cli = require("idngo.cli")
local apply = require("idngo.policy.apply")
local err = require("idngo.error")
local jail = require("idngo.policy.jail")
local output = require("idngo.cli.output")
local plan = require("idngo.policy.plan")
local print_ = require("idngo.cli.print")
local progress = require("idngo.cli.progress")
local runs = require("idngo.policy.run")
local work = require("idngo.policy.work")

local M = {}

function M.settings(options) return { config_file = options.config_file } end

--- Evaluators for a policy; two unless told otherwise, for planning waits for replies most of the time.
---@param text string
---@param file string its name in messages
---@param size integer? how many
function M.pool(text, file, size)
  return jail.pool { text = text, chunkname = file, size = size or 2 }
end

--- Opens a run to go on with it, by the account of the settings.
---@param options table the parsed command line, with dir
---@return idngo.policy.Run?
---@return integer? code to exit with when it cannot be had
function M.open(options)
  local account, problem = work.account(M.settings(options))
  local run
  if account then run, problem = runs.open(options.dir, account) end
  if not run then return nil, cli.fail(problem) end
  return run
end

local function counted(counts, order)
  local words, names = {}, {}
  for name in pairs(counts) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(order or names) do
    if counts[name] then words[#words + 1] = ("%d %s"):format(counts[name], name) end
  end
  return words[1] and table.concat(words, ", ") or "none"
end

local STATES = { "applied", "rejected", "unknown", "void", "planned", "intent", "sent" }

--- A run's sums as aligned lines.
function M.show(summary)
  local rows = {
    { "policy", print_.plain(("%s %s"):format(summary.policy, summary.version)) },
    { "state", summary.state },
    { "applicants", tostring(summary.applicants) },
    { "decisions", counted(summary.decisions, { "act", "hold", "pass", "error" }) },
    { "facts", counted(summary.facts) },
  }
  local names = {}
  for name in pairs(summary.actions) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do rows[#rows + 1] = { name, counted(summary.actions[name], STATES) } end
  if summary.estimate then
    rows[#rows + 1] = { "estimate", ("at least %d s%s"):format(math.ceil(summary.estimate),
      summary.lane and ", by lane " .. summary.lane or "") }
  end
  if summary.plan then rows[#rows + 1] = { "plan", summary.plan } end
  print_.table(rows)
end

local MOST_LISTED = 20

--- Steps for a human, on stderr: every one that may or may not have taken effect, and the first that were refused.
---@param store idngo.policy.Store
function M.show_trouble(store)
  for _, state in ipairs { "unknown", "rejected", "void" } do
    local steps = store:rows("in_state", state, state == "unknown" and -1 or MOST_LISTED + 1)
    for i, step in ipairs(steps) do
      if state ~= "unknown" and i > MOST_LISTED then
        io.stderr:write(("%s: and more; idngo report shows them all\n"):format(state))
      else
        io.stderr:write(("%s: %s of %s: %s\n"):format(state, step.action, step.id, print_.plain(step.problem or "")))
      end
    end
  end
end

--- Why applicants could not be decided about, on stderr.
local function show_undecided(store)
  local problems = store:rows("problems", MOST_LISTED + 1)
  for i, problem in ipairs(problems) do
    if i > MOST_LISTED then
      io.stderr:write("error: and more; idngo report shows them all\n")
    else
      io.stderr:write(("error: %s: %s\n"):format(problem.count == 1 and problem.id
        or ("%d applicants, such as %s"):format(problem.count, problem.id), print_.plain(problem.reason)))
    end
  end
end

--- What to do with a finished plan, on stderr.
local function show_way_on(run, summary)
  local guard = apply.guard(apply.GUARD, summary.applicants)
  if summary.deactivations > guard then
    local text = "It would deactivate %d of %d applicants; for more than %d, apply wants to be told by --max-deactivations.\n"
    io.stderr:write(text:format(summary.deactivations, summary.applicants, guard))
  end
  if next(summary.actions) then
    io.stderr:write(("Nothing has been changed. To do it: idngo apply %s --approve %s\n"):format(run.dir, summary.plan))
  else
    io.stderr:write("Nothing has been changed, and nothing is to be done.\n")
  end
end

--- Tells how the work ended and gives the exit code.
local function conclude(run, options, complete, problem)
  local summary = runs.summary(run.store)
  if options.json then print_.json(summary) else M.show(summary) end
  if type(problem) == "number" then
    io.stderr:write(("idngo: interrupted; idngo resume %s goes on\n"):format(run.dir))
    return 128 + problem
  end
  if problem then
    local code = cli.fail(problem)
    io.stderr:write(("idngo: stopped; idngo resume %s goes on\n"):format(run.dir))
    return code
  end
  M.show_trouble(run.store)
  if not complete then
    io.stderr:write(("idngo: some steps are left; idngo resume %s tries them again\n"):format(run.dir))
    return cli.exit.resumable
  end
  local states, bad = summary.steps, summary.decisions.error or 0
  for _, state in ipairs { "rejected", "unknown", "void" } do bad = bad + (states[state] or 0) end
  return bad == 0 and cli.exit.ok or cli.exit.failed
end

--- Decides about who is undecided, and shows the plan.
---@param run idngo.policy.Run
---@param pool table
---@param options table the parsed command line
---@return integer exit code
function M.plan(run, pool, options)
  local tick, finish = progress.new("planning", run.stats)
  local deps, problem = work.open(run, { client = M.settings(options), pool = pool, tick = tick })
  if not deps then return cli.fail(problem) end
  local hash, stopped = plan.run(run, deps)
  finish()
  local estimate, lane
  if hash then estimate, lane = work.estimate(run.store, deps.client:lanes()) end
  deps.client:close()
  if not hash then return conclude(run, options, false, stopped) end
  local summary = runs.summary(run.store)
  summary.estimate, summary.lane, summary.run = estimate, lane, run.dir
  if options.json then print_.json(summary) else M.show(summary) end
  show_undecided(run.store)
  if not options.json then show_way_on(run, summary) end
  return (summary.decisions.error or 0) == 0 and cli.exit.ok or cli.exit.failed
end

--- Does what is left of an approved plan.
---@param run idngo.policy.Run
---@param options table the parsed command line
---@return integer exit code
function M.apply(run, options)
  local tick, finish = progress.new("applying", run.stats)
  local deps, problem = work.open(run, { client = M.settings(options), tick = tick })
  if not deps then return cli.fail(problem) end
  local complete, stopped = apply.run(run, deps)
  finish()
  deps.client:close()
  if err.is(stopped) and stopped.kind == "approval" then return cli.fail(stopped) end -- a resume would not go on
  return conclude(run, options, complete, stopped)
end

--- Prints what applying would do; sends nothing.
function M.dry_run(run, options)
  local count = 0
  for step in run.store:each("all_steps") do
    if step.state == "planned" or step.state == "intent" or step.state == "sent" then
      count = count + 1
      if options.json then
        print_.json { applicantId = step.id, action = step.action, reason = step.reason, state = step.state }
      else
        output.write(("%s  %s  %s\n"):format(step.id, step.action, print_.plain(step.reason or "")))
      end
    end
  end
  io.stderr:write(("%d steps; nothing was sent\n"):format(count))
  return cli.exit.ok
end

return M
