-- idngo watch: decides about events as they arrive, and does what a mandate covers; the rest waits for people.

local address = require("idngo.cli.address")
local cli = require("idngo.cli")
local core = require("idngo.core")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local text_file = require("idngo.text")

local M = {}

local DAY = 86400

local function guard(text) return require("idngo.watch.mandate").guard(text) end

--- "2" of people.
local function people(text)
  local count, most = require("idngo.compat").tointeger(text), require("idngo.watch.mandate").PEOPLE
  if count and count >= 1 and count <= most then return count end
  return nil, ("a number of people from 1 to %d is expected"):format(most)
end

local function days(text)
  local count = tonumber(text:match("^(%d+)d$"))
  if count and count >= 1 and count * DAY <= require("idngo.watch.mandate").LONGEST then return count * DAY end
  return nil, ("%q is no time: days, such as 90d, are expected"):format(text)
end

--- "deactivate=0%..5%"
local function band(text)
  local category, low, high = text:match("^([%w_]+)=(%d+%.?%d*)%%%.%.(%d+%.?%d*)%%$")
  local breaker = require("idngo.watch.breaker")
  low, high = tonumber(low), tonumber(high)
  if not category or low >= high or high > 100 then
    return nil, ("%q is no band: CATEGORY=LOW%%..HIGH%%, such as deactivate=0%%..5%%, is expected"):format(text)
  elseif not breaker.CATEGORIES[category] then
    return nil, ("there is no category %s, %s"):format(category,
      require("idngo.suggest")(category, require("idngo.sorted")(breaker.CATEGORIES)))
  end
  return { category = category, low = low / 100, high = high / 100 }
end

local function listen(text)
  local at, message = address.read(text)
  if at and not address.is_own(at.address) then
    return nil, ("%q is beyond this machine, and what is told is for this machine alone: 127.0.0.1:PORT expected"):format(text)
  end
  return at, message
end

function M.define(parser, usage_error)
  parser:argument("policy", "The policy: a Lua file. Only when a watch begins, or with --upgrade."):args("?")
  parser:option("--run", "Folder of the watch; it begins there when it is new."):argname("DIR"):count(1)
  parser:option("--events", "The spool that events are read from. Only when a watch begins."):argname("SPOOL")
  parser:option("--max", "How often an action is done without a person: N/WINDOW, several with commas between, @applicant "
    .. "behind them for one applicant; or none, for no bound. What has no --max and cannot be taken back waits.")
    :argname("ACTION=N/WINDOW"):count("*"):convert(guard)
  parser:option("--expect", "The usual share of decisions of a kind; the breaker opens when it is left.")
    :argname("KIND=LOW%..HIGH%"):count("*"):convert(band)
  parser:flag("--no-breaker", "Watch without a breaker, which needs --expect.")
  parser:option("--require-approvals", "How many people approve the mandate. (default: 1, 2 in production)"):argname("N")
    :convert(people)
  parser:option("--line-approvals", "How many people approve a line that waits."):argname("N"):convert(people):default("1")
  parser:option("--expires", "For how many days the mandate lets things be done."):argname("DAYS"):convert(days):default("90d")
  parser:flag("--upgrade", "Propose another mandate: another policy, or other guards. It is current when it is approved.")
  parser:option("--approve", "Hash of the mandate, as it was shown. Asked for on a terminal."):argname("HASH")
  parser:option("--note", "What to write down with the approval, such as a ticket."):argname("TEXT")
  parser:option("--listen", "Tell /healthz and /metrics here, to this machine alone."):argname("ADDRESS:PORT"):convert(listen)
  M.usage_error = function(message) usage_error(parser, message) end
end

local function percent(share) return ("%g %%"):format(100 * share) end

--- A mandate as people read it before they approve it.
function M.rows(store, m)
  local mandates, sorted = require("idngo.watch.mandate"), require("idngo.sorted")
  local mandate = store.witness.mandates[m]
  local rows = { { "policy", print_.plain(("%s %s"):format(mandate.name, mandate.version)) },
    { "events", table.concat(mandate.on, ", ") .. (mandate.newest == "none" and ", each for itself" or "") } }
  for _, action in ipairs(sorted(mandate.guards)) do
    rows[#rows + 1] = { action, mandates.words(mandate.guards[action]) }
  end
  if not next(mandate.guards) then rows[#rows + 1] = { "guards", "none: whatever cannot be taken back waits" } end
  if mandate.breaker then
    local words = {}
    for _, category in ipairs(sorted(mandate.breaker)) do
      local each = mandate.breaker[category]
      words[#words + 1] = ("%s %s to %s"):format(category, percent(each.low), percent(each.high))
    end
    rows[#rows + 1] = { "breaker", table.concat(words, " · ") }
  else
    rows[#rows + 1] = { "breaker", "none" }
  end
  rows[#rows + 1] = { "account", require("idngo.cli.whose").text_of(store) }
  rows[#rows + 1] = { "approvals", ("%d for the mandate, %d for a line"):format(mandate.approvals, mandate.line_approvals) }
  rows[#rows + 1] = { "expires", require("idngo.dates").stamp(mandate.expires) .. " UTC" }
  rows[#rows + 1] = { "mandate", store.witness.hashes[m] }
  return rows
end

local function bad_input(message)
  output.tell("idngo: ", tostring(message), "\n")
  return cli.exit.input
end

--- What the command line proposes, by a policy's text.
local function proposal_of(options, text, info, production)
  local breaker = false
  if not options.no_breaker then
    breaker = {}
    for _, each in ipairs(options.expect) do breaker[each.category] = { low = each.low, high = each.high } end
  end
  return { policy = { text = text, info = info }, guards = options.max, breaker = breaker,
    approvals = options.require_approvals or production and 2 or 1, line_approvals = options.line_approvals,
    seconds = options.expires }
end

--- Reads the policy; text and info, or nil and the code to exit with.
local function read_policy(options)
  local shared = require("idngo.cli.runs")
  local text, message = text_file.read(options.policy)
  if not text then return nil, bad_input(message) end
  local pool, err = shared.pool(text, options.policy:match("[^/]+$"), 1)
  if not pool then return nil, bad_input(err) end
  local info = pool.info
  pool:close()
  err = require("idngo.watch.run").unfit(info)
  if err then return nil, bad_input(err) end
  return text, info
end

--- Says what a mandate must say of the breaker; ends the command where the command line does not.
local function check_breaker(options)
  if not options.no_breaker and not options.expect[1] then
    M.usage_error("say --expect KIND=LOW%..HIGH% for the breaker, or --no-breaker")
  end
end

local function begin(options, of)
  if not options.policy then M.usage_error("a watch begins with a POLICY") end
  if not options.events then M.usage_error("a watch begins with --events") end
  check_breaker(options)
  local spool, message = core.absolute(options.events)
  if not spool or not core.spool_segments(spool) then
    return nil, bad_input(("%s: %s"):format(options.events, message or "there is no spool"))
  end
  local text, info = read_policy(options)
  if not text then return nil, info end
  local run, err = require("idngo.watch.run").create(options.run, { account = of.account, profile = of.profile, spool = spool,
    proposal = proposal_of(options, text, info, of.production) })
  if not run then return nil, cli.fail(err) end
  return run
end

--- Opens the watch when nobody else works on it; until then it stands by.
local function stand_by(options, of)
  local told = false
  while true do
    local run, err = require("idngo.watch.run").open(options.run, of.account)
    if run or err.kind ~= "limit" then return run, err end
    if not told then output.tell(("idngo: another watcher is at work on %s; standing by\n"):format(options.run)) end
    told = true
    core.sleep(0.5)
  end
end

--- Lets the last mandate be approved, where it is not; whether there is one to go by.
local function approve(run, options, of)
  local store, letter = run.store, require("idngo.cli.letter")
  local seen = store.witness
  store:switch()
  local m = #seen.mandates
  if seen.m == m then return true end
  print_.table(M.rows(store, m))
  local hash = options.approve
  if not hash and core.isatty(0) and core.isatty(2) then
    output.tell(("It is for %s.\n"):format(require("idngo.cli.whose").text(of)))
    output.tell("Do this without asking anybody? Type the first eight characters of the mandate's hash: ")
    local typed = io.read("*l") or ""
    hash = typed == seen.hashes[m]:sub(1, 8) and seen.hashes[m] or nil
  end
  if hash then
    if hash == seen.hashes[m] and of.production then
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
  local context, err = require("idngo.run.work").open(run, { client = shared.settings(options) })
  if not context then return cli.fail(err) end
  local listener
  if options.listen then
    listener, err = require("idngo.watch.listen").open(options.listen.address, options.listen.port)
    if not listener then
      context.client:close()
      return cli.fail(err)
    end
    output.tell(("idngo: /healthz and /metrics at http://%s:%d\n"):format(address.shown(options.listen.address), listener.port))
  end
  run.store:start(require("idngo.version"))
  output.write(("watching %s\n"):format(run.store:get("spool")))
  output.flush()
  local signal, stopped = require("idngo.watch.loop").run(run, context, { approvers = approvers, names = names,
    open_pool = function(text, mandate) return shared.pool(text, mandate.name .. ".lua") end,
    tell = function(text) output.tell("idngo: ", print_.plain(text), "\n") end,
    tick = listener and function(watcher) listener:look(watcher) end })
  if listener then listener:close() end
  context.client:close()
  if stopped then return cli.fail(stopped) end
  output.tell(("idngo: stopped; %s goes on\n"):format(run.handlers.again(run)))
  return 128 + signal
end

--- Proposes another mandate for a watch, which may be at work.
local function upgrade(options, store, of)
  check_breaker(options)
  local text, info
  if options.policy then
    text, info = read_policy(options)
    if not text then return info end
  else
    M.usage_error("--upgrade takes a POLICY: the same file, where only its mandate changes")
  end
  local proposal = proposal_of(options, text, info, of.production)
  return require("idngo.cli.letter").say(options, store, { { event = "told", what = "propose", policy = text,
    mandate = require("idngo.watch.run").mandate(store, proposal) } })
end

--- Refuses a policy that is not the one that the watch goes by; the code to exit with, or nil.
local function refuse_other(options, store)
  if not options.policy then return nil end
  local text, message = text_file.read(options.policy)
  if not text then return bad_input(message) end
  if core.sha256(text) == store.witness.mandates[#store.witness.mandates].policy then return nil end
  local policy = require("idngo.shell_word")(options.policy)
  output.tell(("idngo: %s is not the policy of this watch; %s proposes it\n"):format(print_.plain(options.policy),
    require("idngo.run.command")({ store = store, dir = options.dir },
      ("idngo watch %s --run %%s --upgrade"):format((policy:gsub("%%", "%%%%"))))))
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
  options.dir = options.run
  local shared, whose = require("idngo.cli.runs"), require("idngo.cli.whose")
  local of, err = whose.of_folder(options.run, shared.settings(options))
  if not of then return cli.fail(err) end
  local found, found_err = require("idngo.run.store").find(options.run)
  if found_err then return cli.fail(found_err) end
  local run, code
  if found then
    found:close()
    if options.upgrade then
      return with_store(options, function(store) return upgrade(options, store, of) end)
    end
    code = options.policy and with_store(options, function(store) return refuse_other(options, store) end)
    if code then return code end
    run, err = stand_by(options, of)
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
