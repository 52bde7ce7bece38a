-- idngo watch: decides about events as they arrive, and does what a mandate covers; the rest waits for people.

local listening = require("idngo.cli.listening")
local cli = require("idngo.cli")
local core = require("idngo.core")
local mandate_of = require("idngo.cli.mandate")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local text_file = require("idngo.text")

local M = {}

local function listen(text)
  local at, message = listening.read(text)
  if at and not listening.is_own(at.address) then
    return nil, ("%q is beyond this machine, and what is told is for this machine alone: 127.0.0.1:PORT expected"):format(text)
  end
  return at, message
end

function M.define(parser, usage_error, is_named)
  parser:command_target("what")
  parser:require_command(false)
  M.usage_error = function(message) usage_error(parser, message) end
  require("idngo.cli.watch_upgrade").define(parser, usage_error)
  if is_named and (is_named("watch upgrade") or is_named("watch rollback") or is_named("watch stop")) then return end
  parser:argument("policy", "The policy: a Lua file. Only when a watch begins."):args("?")
  parser:option("--run", "Folder of the watch, or its address in PostgreSQL; it begins there when it is new."):argname("DIR")
    :count(1)
  parser:option("--events", "The spool that events are read from. Only when a watch begins."):argname("SPOOL")
  mandate_of.define(parser, "")
  parser:option("--history", "Another watch: the policy decides again what that decided last, and the shares of that are usual. "
    .. "Only when a watch begins."):argname("DIR")
  parser:option("--last", "So many lines of it."):argname("N"):convert(mandate_of.lines):default("1000")
  parser:option("--approve", "Hash of the mandate, as it was shown. Asked for on a terminal."):argname("HASH")
  parser:option("--listen", "Tell /healthz and /metrics here, to this machine alone."):argname("ADDRESS:PORT"):convert(listen)
  parser:flag("--accept-async",
    "Do what may be done once only, though a standby of PostgreSQL that took over might not know of it.")
  parser:flag("--json", "Print an error as one line of JSON.")
end

--- What the command line proposes, by a policy's text, and what the policy would have decided elsewhere; nil and the code to exit
--- with where that says too little.
local function proposal_of(options, text, pool, production)
  local proposal = { policy = { text = text, info = pool.info }, guards = options.max, seconds = options.expires,
    tests = options.accept_tests, keep = options.keep,
    approvals = options.require_approvals or production and 2 or 1, line_approvals = options.line_approvals or 1 }
  local code = mandate_of.propose(proposal, options)
  if code then return nil, code end
  local guards, found = require("idngo.watch.mandate").guards(options.max), nil
  if options.history then
    local backtest = require("idngo.watch.backtest")
    local store, failed = require("idngo.cli.letter").open { dir = options.history }
    if not store then return nil, failed end
    found = backtest.run(store, pool, { last = options.last, guards = guards })
    store:close()
    local lacking = backtest.lacking(found)
    if lacking then
      output.tell(("idngo: %s\n"):format(lacking))
      return nil, cli.exit.policy
    end
    proposal.report = require("idngo.watch.report").text { backtest = found, ignored = require("idngo.json").object {} }
  end
  proposal.breaker = not options.no_breaker and mandate_of.breaker(options.expect, found, guards)
  if proposal.breaker ~= nil then return proposal end
  output.tell(("idngo: %s has %d such lines, and bands are made of %d or more; say --expect, or --no-breaker\n"):format(
    options.history, found.lines, require("idngo.watch.breaker").LEAST))
  return nil, cli.exit.policy
end

--- Says what a mandate must say of the breaker; ends the command where the command line does not.
local function check_breaker(options)
  if not options.no_breaker and not options.expect[1] and not options.history then
    M.usage_error("say --expect KIND=LOW%..HIGH% for the breaker, or --history, or --no-breaker")
  end
end

local function begin(options, of)
  if not options.policy then M.usage_error("a watch begins with a POLICY") end
  if not options.events then M.usage_error("a watch begins with --events") end
  check_breaker(options)
  local spool, message = core.absolute(options.events)
  if not spool or not core.spool_segments(spool) then
    return nil, mandate_of.bad_input(("%s: %s"):format(options.events,
      message or "there is no spool; idngo receive --spool makes one, or make the folder"))
  end
  local text, pool = mandate_of.policy(options.policy, options.history and require("idngo.cli.policy").EVALUATORS)
  if not text then return nil, pool end
  local proposal, code = proposal_of(options, text, pool, of.production)
  pool:close()
  if not proposal then return nil, code end
  local run, err = require("idngo.watch.run").create(options.run, { account = of.account, profile = of.profile, spool = spool,
    proposal = proposal })
  if not run then return nil, cli.fail(err) end
  return run
end

--- Opens the watch when nobody else works on it; until then it stands by, and is woken where the other one can say that it ends.
---@param found idngo.run.Store the watch, opened to read
local function stand_by(options, of, found)
  local told = false
  while true do
    local seen = found:words("work")
    local run, err = require("idngo.watch.run").open(options.run, of.account)
    if run or err.kind ~= "limit" then return run, err end
    if not told then output.tell(("idngo: another watcher is at work on %s; standing by\n"):format(options.run)) end
    told = true
    found:await("work", seen, 0.5)
  end
end

--- Lets the mandate be approved that is proposed, if one is; whether there is one to go by.
local function approve(run, options, of)
  local store, letter = run.store, require("idngo.cli.letter")
  local seen = store.witness
  store:switch()
  local m, hash = seen:proposed(), options.approve
  if m then
    mandate_of.show_kept(store, m)
  elseif seen.m and not seen.declined[hash] then
    return true
  elseif not seen.m then
    output.tell("idngo: the mandate was rejected: nothing is sent by it; begin another watch\n")
    return nil, cli.exit.approval
  end
  if m and not hash and core.isatty(0) and core.isatty(2) then
    output.tell(("It is for %s.\n"):format(require("idngo.cli.whose").text(of)))
    output.tell("Do this without asking anybody? Type the first eight characters of the mandate's hash: ")
    local typed = io.read("*l") or ""
    hash = typed == seen.hashes[m]:sub(1, 8) and seen.hashes[m] or nil
  end
  if hash then
    if m and hash == seen.hashes[m] and of.production then
      local err = require("idngo.cli.whose").brake(of)
      if err then return nil, cli.fail(err) end
    end
    local code = letter.say_here(run, options, { { event = "approved", target = hash } })
    if code ~= cli.exit.ok then return nil, cli.exit.approval end
  end
  if seen.m == m then return true end
  output.tell(("idngo: mandate %d is not approved: nothing is sent by it. %s\n"):format(m,
    run.handlers.approve_hint(run, seen.hashes[m])))
  if seen.m then return true end
  return nil, cli.exit.approval
end

local function watch(run, options)
  local shared, keys = require("idngo.cli.runs"), require("idngo.run.keys")
  local approvers, names = keys.approvers(cli.settings(options))
  if not approvers then return cli.fail(names) end
  local tables = run.store.tables
  local err = tables.objection and tables:objection(run.store.witness, options.accept_async) or nil
  if err then return cli.fail(err) end
  local context
  context, err = require("idngo.run.work").open(run, { client = shared.settings(options) })
  if not context then return cli.fail(err) end
  local listener
  if options.listen then
    listener, err = require("idngo.watch.listen").open(options.listen.address, options.listen.port)
    if not listener then
      context.client:close()
      return cli.fail(err)
    end
    output.tell(("idngo: /healthz and /metrics at http://%s:%d\n"):format(listening.shown(options.listen.address), listener.port))
  end
  local namesake = run.store:start(require("idngo.version"))
  if namesake then
    output.tell(("idngo: the spool has the id of the one of %s, as a copy of it has: if it is one, end this, remove watch.id in "
      .. "the spool and start again, or what comes in here is not all read\n"):format(print_.plain(namesake)))
  end
  output.write(("watching %s\n"):format(run.store:get("spool")))
  output.flush()
  local signal, stopped = require("idngo.watch.loop").run(run, context, { approvers = approvers, names = names,
    apart = require("idngo.cli.letter").apart(cli.settings(options)),
    open_pool = function(text, mandate, size, seconds) return shared.pool(text, mandate.name .. ".lua", size, seconds) end,
    tell = function(text) output.tell("idngo: ", print_.plain(text), "\n") end,
    tick = listener and function(watcher) listener:look(watcher) end })
  if listener then listener:close() end
  context.client:close()
  if stopped then return cli.fail(stopped) end
  output.tell(("idngo: stopped; %s goes on\n"):format(run.handlers.again(run)))
  return 128 + signal
end

--- The options by which the command line says otherwise than a mandate, each by its name.
local function says_otherwise(options, mandate)
  local list, mandates, json = {}, require("idngo.watch.mandate"), require("idngo.json")
  local function compare(name, is_other)
    if is_other then list[#list + 1] = name end
  end
  compare("--max", options.max[1] and json.encode(mandates.guards(options.max)) ~= json.encode(mandate.guards))
  local is_other_band = false
  for category, band in pairs(mandate_of.bands(options.expect)) do
    local own = mandate.breaker and mandate.breaker[category]
    is_other_band = is_other_band or not own or own.low ~= band.low or own.high ~= band.high
  end
  compare("--expect", is_other_band)
  compare("--no-breaker", options.no_breaker and mandate.breaker)
  compare("--require-approvals", (options.require_approvals or mandate.approvals) ~= mandate.approvals)
  compare("--line-approvals", (options.line_approvals or mandate.line_approvals) ~= mandate.line_approvals)
  compare("--not-the-proposer", options.not_the_proposer and not mandate.not_the_proposer)
  local seconds = mandate.expires - mandate.proposed
  compare("--expires", options.expires and math.abs(options.expires - seconds) >= 1)
  compare("--keep", options.keep and options.keep ~= (mandate.keep or 0))
  return list
end

--- Whether the command line says what the watch has by its mandate, or from its beginning.
local function says_anything(options)
  for _, name in ipairs { "policy", "events", "accept_tests", "no_breaker", "require_approvals", "line_approvals",
    "not_the_proposer", "expires", "keep" } do
    if options[name] then return true end
  end
  return options.max[1] or options.expect[1]
end

--- Refuses a spool or a policy that is not the one that the watch goes by, or is to go by once a first mandate is approved, test
--- events that it does not have decided, and what else its mandate says otherwise; the code to exit with, or nil.
local function refuse_other(options, store)
  local seen, command, run = store.witness, require("idngo.run.command"), { store = store, dir = options.dir }
  local mandate = seen:current_mandate() or seen.mandates[#seen.mandates]
  if options.accept_tests and not mandate.tests then
    output.tell(("idngo: mandate %d does not have events in testMode decided; %s\n"):format(mandate.m,
      command(run, "idngo watch upgrade %s POLICY --accept-tests proposes one that does")))
    return cli.exit.usage
  end
  if options.events and core.absolute(options.events) ~= store:get("spool") then
    output.tell(("idngo: this watch reads the spool %s, and no other; begin another watch for %s\n"):format(
      print_.plain(store:get("spool")), print_.plain(options.events)))
    return cli.exit.usage
  end
  local others = says_otherwise(options, mandate)
  if others[1] then
    output.tell(("idngo: mandate %d says otherwise than %s; %s\n"):format(mandate.m, table.concat(others, ", "),
      command(run, "idngo watch upgrade %s POLICY proposes another, with the same options")))
    return cli.exit.usage
  end
  if not options.policy then return nil end
  local text, message = text_file.read(options.policy)
  if not text then return mandate_of.bad_input(message) end
  local hash, proposed = core.sha256(text), seen.mandates[seen:proposed()]
  if hash == mandate.policy then return nil end
  local policy = require("idngo.shell_word")(options.policy):gsub("%%", "%%%%")
  local how = proposed and proposed.policy == hash and "it is proposed: " .. command(run, "idngo watch upgrade %s shows it")
    or command(run, ("idngo watch upgrade %%s %s proposes it"):format(policy))
  output.tell(("idngo: %s is not the policy of this watch; %s\n"):format(print_.plain(options.policy), how))
  return cli.exit.usage
end

--- Does something with a watch that may be at work, opened to read; the code to exit with, or nil.
local function with_store(options, fn)
  local store, code = require("idngo.cli.letter").open(options)
  if not store then return code end
  code = fn(store)
  store:close()
  return code
end

function M.run(options)
  if options.what then
    if options.run then M.usage_error(("%s stands right behind watch"):format(options.what)) end
    return require("idngo.cli.watch_upgrade").run(options)
  end
  options.dir = options.run
  local shared, whose = require("idngo.cli.runs"), require("idngo.cli.whose")
  local of, err = whose.of_folder(options.run, shared.settings(options))
  if not of then return cli.fail(err) end
  local found, found_err = require("idngo.run.store").find(options.run)
  if found_err then return cli.fail(found_err) end
  local run, code
  if found then
    local gone = found:destroyed()
    code = gone and cli.fail(gone) or says_anything(options)
      and with_store(options, function(store) return refuse_other(options, store) end)
    if not code then run, err = stand_by(options, of, found) end
    found:close()
    if code then return code end
    if not run then return cli.fail(err) end
    code = refuse_other(options, run.store) -- another may have been approved meanwhile
    if code then
      run:close()
      return code
    end
  else
    run, code = begin(options, of)
    if not run then return code end
  end
  run.settings, run.whose, run.production = cli.settings(options), of, of.production
  local ok
  ok, code = approve(run, options, of)
  if ok then code = watch(run, options) end
  run:close()
  return code
end

return M
