-- What the commands about runs share: opening them, doing the work with progress, and telling how it ended.

local approval = require("idngo.run.approval")
local cli = require("idngo.cli")
local command = require("idngo.run.command")
local core = require("idngo.core")
local errors = require("idngo.error")
local folder = require("idngo.run.folder")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local progress = require("idngo.cli.progress")
local report = require("idngo.run.report")
local sorted = require("idngo.sorted")
local steps = require("idngo.run.steps")
local stores = require("idngo.run.store")
local verify = require("idngo.run.verify")
local views = require("idngo.cli.views")
local whose = require("idngo.cli.whose")

local M = {}

--- Options of the client, from a command line.
function M.settings(options)
  local settings = cli.settings(options)
  settings.timeout = options.timeout
  return settings
end

--- Evaluators for a policy; two unless told otherwise, for planning waits for replies most of the time.
---@param text string
---@param file string its name in messages
---@param size integer? how many
---@param seconds number? that an evaluation may take
function M.pool(text, file, size, seconds)
  return require("idngo.policy.jail").pool { text = text, chunkname = file, size = size or 2, seconds = seconds }
end

--- Opens a run to read in it, with what its kind looks like.
---@param dir string
---@param options table? of a command that goes on with a plan: a watch is none
---@return idngo.run.Store?
---@return idngo.cli.View|integer view or the code to exit with
function M.read(dir, options)
  local store, err = stores.read(dir)
  if not store then return nil, cli.fail(err) end
  local view = views[store:kind()]
  if view and not (options and options.dir and store:kind() == "watch") then return store, view end
  if view then
    local hint = command({ store = store, dir = dir }, "idngo watch --run %s goes on with it")
    store:close()
    return nil, cli.fail(errors.config(dir .. " holds a watch, which goes by its mandate", hint))
  end
  store:close()
  return nil, cli.fail(errors.config(dir .. " holds a run of another version of idngo"))
end

--- Opens a run to go on with it, by the account of the settings.
---@param options table the parsed command line, with dir
---@return idngo.run.Run?
---@return integer? code to exit with when it cannot be had
function M.open(options)
  local store, view = M.read(options.dir, options)
  if not store then return nil, view end
  local of, err = whose.of(store, M.settings(options))
  local gone = store:destroyed()
  store:close()
  if gone then return nil, cli.fail(gone) end
  local run
  if of then run, err = folder.open(options.dir, require(view.handlers), of.account, nil, true) end
  if not run then return nil, cli.fail(err) end
  run.settings, run.whose, run.production = cli.settings(options), of, of.production
  return run
end

--- Who approved the run, by its log, and a message about the log or the tables. Nothing of a run of 0.1.
---@param store idngo.run.Store
---@param settings {config_file: string?, profile: string?} where to look for the approvers' names
---@param wholly boolean? see run/verify.lua
---@return {approved_by: table?, log: string?, unchecked: string?, purged: boolean?} log: a message; unchecked: why it was not
---  checked; purged: its personal data were destroyed
function M.check(store, settings, wholly)
  if store.tables.old then return {} end
  local key, err = require("idngo.run.keys").own(false)
  if not key then return { unchecked = err.message, purged = store:destroyed() ~= nil or nil } end
  local handlers = require(views[store:kind()].handlers)
  local ok, thrown = pcall(verify.journal, store, handlers, key, wholly)
  local given, approvers, names = ok and store.witness.approval, nil, nil -- a watch has many, of lines and mandates
  if given then approvers, names = require("idngo.run.keys").approvers(settings) end
  return {
    approved_by = given and { user = given.who.user, host = given.who.host, terminal = given.who.terminal, at = given.at,
      note = given.note, key = given.key, name = approvers and names[given.key] },
    log = not ok and (errors.is(thrown) and thrown.message or tostring(thrown)) or nil,
    purged = store:destroyed() ~= nil or nil,
  }
end

--- Says on stderr what M.check found; the exit code. What was not checked is not taken for fine.
function M.tell(checked)
  if checked.purged then output.tell("idngo: the personal data of the run were destroyed, and are not shown\n") end
  if checked.unchecked then
    output.tell(("idngo: the log was not checked: %s\n"):format(print_.plain(checked.unchecked)))
    return cli.exit.config
  end
  if not checked.log then return cli.exit.ok end
  output.tell(("idngo: the log does not bear this out: %s\n"):format(print_.plain(checked.log)))
  return cli.exit.failed
end

--- Shows a run's sums: {name = value} more of them, if given, such as what M.check found.
function M.show(store, dir, options, more)
  local view = views[store:kind()]
  local numbers = view.numbers(store, dir, more)
  for name, value in pairs(more or {}) do numbers[name] = value end
  if options.json then print_.json(numbers) else print_.table(view.rows(numbers)) end
  return numbers
end

--- Writes a run's reports: its numbers, or nil and an error.
function M.report(store, dir, checked)
  local reports, numbers = require(views[store:kind()].report)(store, checked or M.check(store))
  local ok, err = report(dir, reports)
  return ok and numbers, err
end

local MOST_LISTED = 20

--- Says on stderr why applicants could not be decided about.
local function show_undecided(store)
  local groups = store:rows("problems", MOST_LISTED + 1)
  for i, group in ipairs(groups) do
    if i > MOST_LISTED then
      output.tell("error: and more; idngo report shows them all\n")
    else
      output.tell(("error: %s: %s\n"):format(group.count == 1 and group.id
        or ("%d applicants, such as %s"):format(group.count, group.id), print_.plain(group.reason)))
    end
  end
end

--- What to do with a finished plan, on stderr.
local function show_way_on(run, numbers)
  for _, action in ipairs(sorted(numbers.actions)) do
    local guard, planned = approval.default(run, action), numbers.actions[action].planned or 0
    local most = guard and approval.guard(guard, numbers.applicants)
    if most and planned > most and action == "deactivate" then
      local text = "It would deactivate %d of %d applicants; for more than %d, apply wants to be told by --max-deactivations.\n"
      output.tell(text:format(planned, numbers.applicants, most))
    elseif most and planned > most then
      local text = "It has %s %d times for %d applicants; for more than %d, apply wants to be told by --max %s=N.\n"
      output.tell(text:format(action, planned, numbers.applicants, most, action))
    end
  end
  if run.whose.profile then output.tell(("This is for %s.\n"):format(whose.text(run.whose))) end
  if next(numbers.actions) then
    output.tell(("Nothing has been changed. To do it: %s\n"):format(command(run, "idngo apply %s --approve " .. numbers.plan)))
  else
    output.tell("Nothing has been changed, and nothing is to be done.\n")
  end
end

--- Tells how the work ended and gives the exit code.
---@param run idngo.run.Run
---@param options table the parsed command line
---@param complete boolean
---@param err any
---@param trouble idngo.Error? of a call that failed, when it is not complete
---@return integer exit code
function M.conclude(run, options, complete, err, trouble)
  local view, reported, report_err = views[run.handlers.kind], true, nil
  if run.handlers.kind == "import" then
    local checked = M.check(run.store, cli.settings(options))
    checked.errors = options.errors or "errors.csv"
    reported, report_err = M.report(run.store, run.folder, checked)
  end
  local shown_err = err ~= nil and (type(err) == "number" and { message = "interrupted", signal = err }
    or cli.fields(err)) or not reported and cli.fields(report_err) or nil
  local numbers = M.show(run.store, run.dir, options, { error = shown_err })
  local report_code = not reported and cli.fail(report_err, true) or nil
  local again = run.handlers.again(run)
  if type(err) == "number" then
    output.tell(("idngo: interrupted; %s goes on\n"):format(again))
    return 128 + err
  end
  if err then
    local code = cli.fail(err, true)
    output.tell(("idngo: stopped; %s goes on\n"):format(again))
    return code
  end
  view.trouble(run.store)
  if view.way_on then view.way_on(run, options, reported) end
  if not complete then
    if trouble then output.tell(("idngo: a call that failed: %s\n"):format(print_.plain(tostring(trouble)))) end
    output.tell(("idngo: some are left; %s tries them again\n"):format(again))
    return cli.exit.resumable
  end
  return report_code or view.is_well(numbers) and cli.exit.ok or cli.exit.failed
end

--- Decides about the undecided applicants, and shows the plan.
---@param run idngo.run.Run
---@param pool table
---@param options table the parsed command line
---@return integer exit code
function M.plan(run, pool, options)
  local outlook, work = require("idngo.run.outlook"), require("idngo.run.work") -- commands that only look do without
  local shown = progress.new("planning", run.stats, outlook.new(run, true, work.CONCURRENCY, core.now))
  local context, err = work.open(run, { client = M.settings(options), pool = pool, tick = shown.tick,
    stopping = shown.stopping })
  if not context then return cli.fail(err) end
  local hash, stopped = require("idngo.policy.plan").run(run, context)
  shown.finish()
  local estimate, lane, queues
  if hash then estimate, lane, queues = work.estimate(run, context.client:lanes()) end
  context.client:close()
  if not hash then return M.conclude(run, options, false, stopped) end
  local numbers = M.show(run.store, run.dir, options, { estimate = estimate, lane = lane, queues = queues or nil,
    run = run.dir })
  show_undecided(run.store)
  if not options.json then show_way_on(run, numbers) end
  return (numbers.decisions.error or 0) == 0 and cli.exit.ok or cli.exit.failed
end

--- The same for a run that was just made, if it was; it and the pool are closed.
---@param pool table
---@param options table
---@param of table whose it is: see cli/whose.lua
---@param run idngo.run.Run? as policy.run's create returns it, …
---@param err idngo.Error? … and its error
---@return integer exit code
function M.plan_new(pool, options, of, run, err)
  if run then run.whose, run.production = of, of.production end
  local code = run and M.plan(run, pool, options) or cli.fail(err)
  if run then run:close() end
  pool:close()
  return code
end

--- Does what is left of an approved plan.
---@param run idngo.run.Run
---@param options table the parsed command line
---@return integer exit code
function M.apply(run, options)
  local outlook, work = require("idngo.run.outlook"), require("idngo.run.work")
  local shown = progress.new(views[run.handlers.kind].doing, run.stats, outlook.new(run, false, work.CONCURRENCY, core.now))
  local context, err = work.open(run, { client = M.settings(options), tick = shown.tick, stopping = shown.stopping,
    waits = shown.waits, misses = shown.misses })
  if not context then return cli.fail(err) end
  context.accept_async = options.accept_async
  local complete, stopped = require("idngo.run.apply").run(run, context)
  shown.finish()
  context.client:close()
  if errors.is(stopped) and stopped.kind == "approval" then return cli.fail(stopped) end -- a resume would not go on
  return M.conclude(run, options, complete, stopped, context.trouble)
end

--- The hash of the plan that a person at the terminal approves; nil without a terminal.
---@param run idngo.run.Run
---@return string?
function M.ask(run)
  local plan = run.store:get("plan_hash")
  if not plan or not (core.isatty(0) and core.isatty(2)) then return nil end
  M.show(run.store, run.dir, {}, { plan = plan })
  output.tell(("It is for %s.\n"):format(whose.text(run.whose)))
  output.tell("Carry this out? Type the first eight characters of the plan's hash: ")
  local typed = io.read("*l") or ""
  return typed == plan:sub(1, 8) and plan or typed
end

--- Approves a plan by its hash. In production a person types the profile's name for that, and nothing takes the place of it.
---@param run idngo.run.Run
---@param given idngo.run.Approval
---@return boolean?
---@return idngo.Error?
function M.approve(run, given)
  local is_meant = given.hash and given.hash == run.store:get("plan_hash") -- else it is refused below, and nothing is asked
  if is_meant and run.whose.production then
    local err = whose.brake(run.whose)
    if err then return nil, err end
  end
  return approval.approve(run, given)
end

--- Prints what applying would do, by the rule that it goes by itself; sends nothing.
function M.dry_run(run, options)
  local count, doubtful, store = 0, 0, run.store
  store:snapshot()
  local actions, forgotten = run.handlers.actions, steps.may_be_forgotten(store)
  for row in store:each("lines") do
    local left, doubt = steps.left(row.state == "open" and store:rows("steps", row.n) or {}, actions, forgotten)
    doubtful = doubtful + (doubt and 1 or 0)
    count = count + #left
    for _, step in ipairs(left) do
      if options.json then
        print_.json { applicantId = row.id, action = step.action, reason = step.reason, state = step.state }
      else
        output.write(("%s  %s  %s%s\n"):format(row.id, step.action, print_.plain(step.reason or ""),
          step.state ~= "planned" and "  (again: it may have been done)" or ""))
      end
    end
    if doubt then
      output.tell(("idngo: %s: step %d, %s, may have been done: it is not sent again, and becomes unknown\n"):format(row.id,
        doubt.k, doubt.action))
    end
  end
  output.tell(("%d steps%s; nothing was sent\n"):format(count, doubtful > 0 and (", %d left to you"):format(doubtful) or ""))
  return cli.exit.ok
end

return M
