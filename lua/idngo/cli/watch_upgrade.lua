-- idngo watch upgrade RUN [POLICY]: tries another policy on what a watch decided, and proposes it; without one, shows what is
-- proposed. idngo watch rollback RUN: proposes the policy of before. idngo watch stop RUN: the mandate lets nothing be done any
-- more. All of them while the watcher works.

local cli = require("idngo.cli")
local core = require("idngo.core")
local mandate_of = require("idngo.cli.mandate")
local output = require("idngo.cli.output")
local policy_cli = require("idngo.cli.policy")
local print_ = require("idngo.cli.print")

local M = {}

-- Under which names the command line is kept, since those of idngo watch stand there, too.
local PREFIX = "upgrade_"

function M.define(parser, usage_error)
  M.usage_error = function(message) usage_error(parser, message) end
  local upgrade = parser:command("upgrade", "Try another policy on what was decided, and propose it; without one, show what is "
    .. "proposed.")
  upgrade.error = usage_error
  upgrade:argument("RUN", "The watch: its folder, or its address in PostgreSQL."):argname("RUN"):target("upgraded")
  upgrade:argument("POLICY", "The policy: a Lua file, with its cases beside it. The same one, where only its mandate changes.")
    :args("?"):argname("POLICY"):target("new")
  mandate_of.define(upgrade, PREFIX)
  upgrade:option("--last", "So many of the lines that were decided last are decided again."):argname("N")
    :convert(mandate_of.lines):default("1000"):target(PREFIX .. "last")
  upgrade:option("--shadow", "So many of the next lines are decided by the policy, too, before it can be approved; nothing is "
    .. "sent by that."):argname("N"):convert(mandate_of.shadow_lines)
  upgrade:option("--backlog", "Leave what is not decided yet to the policy of now."):argname("old"):choices { "old" }
  upgrade:option("--redecide", "Have what waits decided again by the policy."):argname("waiting"):choices { "waiting" }
  upgrade:flag("--fetch", "Read now the facts that were not recorded and that the policy reads.")
  upgrade:option("--coverage", "Percent of the lines that the cases must reach."):argname("PERCENT"):default("80")
    :convert(policy_cli.percentage)
  upgrade:flag("--json", "Print lines of JSON.")
  local rollback = parser:command("rollback", "Propose the policy and the mandate of before.")
  rollback.error = usage_error
  rollback:argument("RUN", "The watch: its folder, or its address in PostgreSQL."):argname("RUN"):target("rolled")
  rollback:option("--note", "What to write down with it, such as a ticket."):argname("TEXT"):target("rollback_note")
  rollback:flag("--json", "Print lines of JSON.")
  local stop = parser:command("stop", "Have nothing done any more without a person, until another mandate is approved.")
  stop.error = usage_error
  stop:argument("RUN", "The watch: its folder, or its address in PostgreSQL."):argname("RUN"):target("stopped")
  stop:option("--note", "What to write down with it, such as a ticket."):argname("TEXT"):target("stop_note")
  stop:flag("--json", "Print lines of JSON.")
end

--- Proposes a mandate by a letter, which shows what became of it.
local function propose(options, store, mandate, text, report)
  local _, hash = require("idngo.watch.mandate").seal(mandate)
  local found = report and store:decode(report, "report", "report")
  if options.json then
    print_.json { mandate = mandate, hash = hash, report = found }
  else
    mandate_of.show(store, mandate, hash, found)
  end
  return require("idngo.cli.letter").say(options, store, { { event = "told", what = "propose", policy = text,
    mandate = mandate, report = report } })
end

--- Shows the mandate that is proposed.
local function show_proposed(options, store)
  local seen, m = store.witness, store.witness:proposed()
  if not m then
    output.tell(("idngo: nothing is proposed; %s is current\n"):format(seen.m and "mandate " .. seen.m or "no mandate"))
  elseif options.json then
    print_.json { mandate = seen.mandates[m], hash = seen.hashes[m],
      report = require("idngo.watch.report").of(store, seen.mandates[m]),
      shadow = require("idngo.watch.figures").shadow(seen, m) }
  else
    mandate_of.show_kept(store, m)
  end
  return cli.exit.ok
end

--- Runs the cases of another policy, and sets it beside the current one: parts of the report, or nil and the code to exit with.
local function examine(options, store, pool, text, current)
  local tested, message = policy_cli.cases(pool, text, options.new)
  if not tested then
    output.tell(("idngo: %s: %s\n"):format(options.new, message))
    return nil, cli.exit.policy
  end
  local is_short = tested.failed > 0 or tested.coverage < options.coverage
  if not options.json or is_short then policy_cli.show_test(options.new, tested, options.coverage) end
  if is_short then return nil, cli.exit.policy end
  local old, err = require("idngo.cli.runs").pool(store:get("policy " .. current.policy), current.name .. ".lua", 1)
  if not old then return nil, cli.fail(err) end
  local report = require("idngo.watch.report")
  local differences = report.differences(old, pool, store, options.last, core.wall())
  old:close()
  if not options.json then policy_cli.show_differences(differences.examples) end
  return { cases = report.cases(tested), differences = differences }
end

--- Tries a policy: a proposal with its report; or nil and the code to exit with.
local function try(options, store, text, pool, settings)
  local backtest, reports = require("idngo.watch.backtest"), require("idngo.watch.report")
  local current, report = store.witness:current_mandate(), {}
  if current.policy ~= core.sha256(text) then
    local found, code = examine(options, store, pool, text, current)
    if not found then return nil, code end
    report = found
  end
  local client, err
  if options.fetch then
    client, err = require("idngo.client").new(settings)
    if not client then return nil, cli.fail(err) end
  end
  local proposal = { policy = { text = text, info = pool.info }, guards = options.max[1] and options.max,
    approvals = options.require_approvals, line_approvals = options.line_approvals, seconds = options.expires,
    tests = options.accept_tests, keep = options.keep, shadow = options.shadow, backlog = options.backlog,
    redecide = options.redecide }
  local guards = require("idngo.watch.run").mandate(store, proposal).guards
  report.backtest = backtest.run(store, pool, { last = options.last, client = client, guards = guards })
  proposal.breaker = not options.no_breaker and mandate_of.breaker(options.expect, report.backtest, guards)
  if client then client:close() end
  local lacking = backtest.lacking(report.backtest)
  if lacking then
    output.tell(("idngo: %s%s\n"):format(lacking, options.fetch and "" or "; --fetch reads them now"))
    return nil, cli.exit.policy
  end
  report.ignored = reports.ignored(store, pool.info)
  proposal.report = reports.text(report)
  return proposal
end

local function upgrade(options, store, settings)
  if not options.new then return show_proposed(options, store) end
  if options.backlog and options.redecide then
    M.usage_error("--backlog or --redecide: what is decided again is not left to others")
  end
  if not store.witness.m then
    output.tell("idngo: no mandate was approved yet: there is nothing to compare with; idngo approve, or begin another watch\n")
    return cli.exit.approval
  end
  local text, pool = mandate_of.policy(options.new, policy_cli.EVALUATORS)
  if not text then return pool end
  local proposal, code = try(options, store, text, pool, settings)
  pool:close()
  code = proposal and mandate_of.propose(proposal, options) or code
  if code then return code end
  return propose(options, store, require("idngo.watch.run").mandate(store, proposal), text, proposal.report)
end

--- The mandate that was current before another policy's became so.
local function earlier(seen)
  local current = seen:current_mandate()
  for m = (seen.m or 0) - 1, 1, -1 do
    if seen.current[m] and seen.mandates[m].policy ~= current.policy then return seen.mandates[m] end
  end
end

local function rollback(options, store)
  local seen = store.witness
  local before = earlier(seen)
  if not before then
    output.tell("idngo: no other policy was current before: there is nothing to go back to\n")
    return cli.exit.input
  end
  local by = {}
  local code = mandate_of.propose(by, options)
  if code then return code end
  return propose(options, store, require("idngo.watch.run").again(store, before, by), store:get("policy " .. before.policy))
end

--- Needs nothing but an approver's key: who stops it may not have the account's credentials.
local function stop(options, store)
  local m = store.witness.m
  if m then return require("idngo.cli.letter").say(options, store, { { event = "told", what = "stop", m = m } }) end
  output.tell("idngo: no mandate is current: nothing is done without a person\n")
  return cli.exit.failed
end

--- Does what a command line says, which names a watch.
---@param options table the parsed command line
function M.run(options)
  for _, name in ipairs(require("idngo.sorted")(options)) do
    if name:find("^" .. PREFIX) then options[name:sub(#PREFIX + 1)] = options[name] end
  end
  options.dir = options.upgraded or options.rolled or options.stopped
  options.note = options.note or options.rollback_note or options.stop_note
  local shared = require("idngo.cli.runs")
  local store, code = require("idngo.cli.letter").open(options)
  if not store then return code end
  if options.stopped then
    code = stop(options, store)
    store:close()
    return code
  end
  local settings = shared.settings(options)
  local of, err = require("idngo.cli.whose").of(store, settings, true)
  if of then
    code = options.upgraded and upgrade(options, store, settings) or options.rolled and rollback(options, store)
  else
    code = cli.fail(err)
  end
  store:close()
  return code
end

return M
