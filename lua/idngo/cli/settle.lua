-- idngo settle DIR: what only a person can tell, and what a person told; each word of theirs is a signed record.

local cli = require("idngo.cli")
local command = require("idngo.run.command")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser, usage_error)
  parser:argument("RUN", "The run: its folder, or its address in PostgreSQL."):target("dir")
  parser:argument("applicant", "The applicant whose step is settled; of a watch, the number of the line."):args("?")
  parser:argument("step", "The number of the step, as it is listed."):args("?"):convert(tonumber)
  parser:option("--as", "What came of it: applied, or void when it was not done and is not to be."):choices { "applied", "void" }
  parser:flag("--went-back",
    "Go on with a folder that was put back to an earlier moment. E-mails that it does not know of are left to you.")
  parser:flag("--after-failover", "You have looked what was sent last, since a standby of PostgreSQL has taken over; say so.")
  parser:option("--note", "What to write down with it, such as a ticket."):argname("TEXT")
  parser:flag("--json", "Print one line of JSON per step.")
  M.usage_error = function(message) usage_error(parser, message) end
end

--- A function that looks at the service, with the account of the run: fun(step) -> seen, err; or nil and a message.
local function looker(store, handlers, options)
  local shared = require("idngo.cli.runs")
  if store:destroyed() then return nil, "what the steps were to do was destroyed" end
  local account, err = require("idngo.run.account")(shared.settings(options))
  if not account then return nil, tostring(err) end
  if account ~= store:get("account") then return nil, "the settings name another base_url or app_token than the run's" end
  local client
  client, err = require("idngo").client(shared.settings(options))
  if not client then return nil, tostring(err) end
  local down -- a service that does not answer is not asked again
  return function(step)
    if down then return {}, down end
    local args = step.args and store:decode(step.args, "steps", ("%d.%d"):format(step.n, step.k)) or {}
    local seen, seen_err = handlers.seen(client, step, args)
    if seen_err and seen_err.kind ~= "http" and seen_err.kind ~= "malformed" then down = seen_err end
    return seen, seen_err
  end
end

--- Whose the run is, where that is a profile's.
local function of_profile(store)
  return store:get("profile") and (", in a run of %s"):format(require("idngo.cli.whose").text_of(store)) or ""
end

local function show(row)
  if row.line then output.write(("line %d  "):format(row.line)) end
  output.write(("%s  step %d  %s  %s  %s\n"):format(row.applicantId, row.step, row.action, row.state,
    print_.plain(row.problem or "")))
  for _, seen in ipairs(row.seen or {}) do output.write("    seen now   ", print_.plain(seen), "\n") end
  if row.not_seen then output.write("    not seen   ", print_.plain(row.not_seen), "\n") end
end

--- The steps in some states.
local function steps_in(store, ...)
  local found = {}
  for _, state in ipairs { ... } do
    for _, step in ipairs(store:rows("in_state", state, -1)) do found[#found + 1] = step end
  end
  return found
end

--- Lists steps, with what the service shows of each now.
local function show_all(found, store, handlers, options)
  local look, unseen = looker(store, handlers, options)
  if unseen then output.tell(("idngo: the service is not asked: %s\n"):format(print_.plain(unseen))) end
  for _, step in ipairs(found) do
    local row = { applicantId = step.id, line = store:kind() == "watch" and step.n or nil, step = step.k, action = step.action,
      state = step.state, attempts = step.attempts, at = step.at, problem = step.problem, reason = step.reason }
    if look then
      local err
      row.seen, err = look(step)
      row.not_seen = err and tostring(err)
    end
    if options.json then print_.json(row) else show(row) end
  end
end

--- Every step that may or may not have taken effect, or that the service has from elsewhere, and what can be seen of it. Of those
--- that were being sent when the run was killed, the run itself tells when it is gone on with: a person is told to do that first.
local function list(options)
  local shared = require("idngo.cli.runs")
  local store, view = shared.read(options.dir)
  if not store then return view end
  local handlers, run = require(view.handlers), { store = store, dir = options.dir }
  store:snapshot()
  local found, under_way = steps_in(store, "unknown", "confirm"), #steps_in(store, "intent", "sent")
  local checked = shared.check(store, cli.settings(options)) -- whose journal was changed may hide a step
  store.tables:rollback() -- the service may take long to answer: nothing is held meanwhile
  local held, why = false, nil
  if under_way > 0 then held, why = require("idngo.run.folder").is_held(options.dir, store) end
  local of, again = of_profile(store), handlers.again(run)
  local way_on = command(run, store:kind() == "watch" and "idngo settle %s LINE STEP --as applied|void"
    or "idngo settle %s APPLICANT STEP --as applied|void")
  if found[1] then show_all(found, store, handlers, options) end
  store:close()
  if found[1] then
    output.tell(("%d to settle%s: %s\n"):format(#found, of, way_on))
  elseif under_way == 0 or held then
    output.tell(("nothing to settle%s\n"):format(of))
  end
  if under_way > 0 and held == nil then
    output.tell(("%d under way%s: whether a process works on the run cannot be known: %s. If none does: first %s\n"):format(
      under_way, of, why, again))
  elseif under_way > 0 and not held then
    output.tell(("%d under way when the run ended%s: first %s\n"):format(under_way, of, again))
  elseif under_way > 0 then
    output.tell(("%d under way: another process works on the run\n"):format(under_way))
  end
  local code = shared.tell(checked)
  if code ~= cli.exit.ok then return code end
  if found[1] then return cli.exit.failed end
  return under_way > 0 and not held and cli.exit.resumable or cli.exit.ok
end

--- Opens the run to write in it what a person says, who is an approver; no account is needed for that, since nothing is sent.
local function open(options)
  local store, view = require("idngo.cli.runs").read(options.dir)
  if not store then return nil, view end
  store:close()
  local key, err = require("idngo.run.keys").approver(cli.settings(options))
  if not key then return nil, cli.fail(err) end
  local said, run = { key = key, note = options.note }
  run, err = require("idngo.run.folder").open(options.dir, (require(view.handlers)), nil, options.went_back and said or nil)
  if not run then return nil, cli.fail(err) end
  return run, said
end

local function went_back(options)
  local run, code = open(options)
  if not run then return code end
  local back = run.store.witness.back
  output.tell(back and back.seq == run.store.head.seq and "written down; e-mails that the run does not know of are left to you\n"
    or "the folder is where it was; there was nothing to write down\n")
  run:close()
  return cli.exit.ok
end

--- Writes down that a person looked what a server that took over may not know.
local function after_failover(options)
  local run, said = open(options)
  if not run then return said end
  local store = run.store
  local is_new = store.tables.shared and store.tables:promise().server ~= store.witness.server
  if is_new then store:after_failover(said) end
  output.tell(is_new and "written down; the run goes by this server from now on\n"
    or "the server is the one that the run knows; there was nothing to write down\n")
  run:close()
  return cli.exit.ok
end

--- Writes down what came of one step.
local function settle_one(run, options, said)
  local people = require("idngo.run.people")
  local row = run.store:row("line_by_id", options.applicant)
  local line = row and require("idngo.run.lines").line(run.store, row)
  local step = line and line.steps[options.step]
  local agrees = step and run.store.witness:agrees(line.n, step)
  if not agrees or (step.state ~= "unknown" and step.state ~= "confirm") then
    output.tell(("idngo: step %d of %s is not one to be settled; %s lists them\n"):format(options.step, options.applicant,
      command(run, "idngo settle %s")))
    return cli.exit.input
  end
  local account, err = people.account(run.store:get("account"), options.dir)
  if not account then return cli.fail(err) end
  local action = run.handlers.actions[step.action]
  if action.marks and options.as == "applied" then account:acted(line.id, action.gone) end
  line.token = assert(run.store:take(line.n))
  local over = line.state == "done" or options.as == "void" or step.k == #line.steps
  run.store:settle(line, step, { state = options.as, problem = step.problem, result = step.result, ends = options.as == "void",
    said = said }, over)
  account:release({ [line.id] = true }, run.store.run_id)
  account:close()
  output.tell(("written down: step %d of %s is %s%s\n"):format(step.k, options.applicant, options.as, of_profile(run.store)))
  return cli.exit.ok
end

--- The same of a watch, which may be at work: by a letter.
local function settle_of_watch(options)
  local letter, n = require("idngo.cli.letter"), require("idngo.compat").tointeger(options.applicant)
  if not n then M.usage_error("of a watch, LINE is a line's number") end
  local store, code = letter.open(options)
  if not store then return code end
  local lines
  lines, code = letter.lines(store, { n })
  if lines then
    code = letter.say(options, store, { { event = "told", what = "settle", target = store:target(lines[1]), line = n,
      step = options.step, as = options.as } })
  end
  store:close()
  return code
end

local function is_watch(dir)
  local store = require("idngo.run.store").find(dir)
  local kind = store and store:kind()
  if store then store:close() end
  return kind == "watch"
end

function M.run(options)
  if options.went_back then return went_back(options) end
  if options.after_failover then return after_failover(options) end
  if not options.applicant then return list(options) end
  if not options.step or not options.as then M.usage_error("APPLICANT needs STEP and --as") end
  if is_watch(options.dir) then return settle_of_watch(options) end
  local run, said = open(options)
  if not run then return said end
  local code = settle_one(run, options, said)
  run:close()
  return code
end

return M
