-- Several processes that work on one run in PostgreSQL: which lines each has, what becomes of those of one that is killed or
-- stopped, who may change the run as a whole, and how it ends.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local core = require("idngo.core")
local json = require("idngo.json")
local judges = require("watch_judge")
local postgres = require("postgres")
local redis = require("redis")
local support = require("runs")
local watches = require("watches")
local windows = require("limits_world").windows

if not postgres.is_there then
  describe("a run that several processes work on", function() pending("postgresql is not installed") end)
  return
end

local address = require("idngo.run.address")
local common = require("idngo.api.common")
local contract = require("idngo.run.contract")
local databases = require("idngo.run.databases")
local handlers = require("idngo.policy.handlers")
local keys = require("idngo.run.keys")
local parallel = require("idngo.runtime.parallel")
local runtimes = require("idngo.runtime.current")
local stats = require("idngo.run.stats")
local store = require("idngo.run.store")
local tables = require("idngo.run.postgres")
local verify = require("idngo.run.verify")

local APPLICANTS, CONCURRENCY, WATCHED = 16, 4, 12
local CHOSEN = "liveness=GREEN&email=yes&review=completed-GREEN&type=individual&limit="

-- How often something happens to machines in the test that ./dev torture makes.
local rounds = tonumber(os.getenv("IDNGO_ROUNDS") or 0)

-- A step of every retry class.
local POLICY = [[
return { name = "everything", version = "1", decide = function(applicant, facts)
  if facts.liveness.answer == "GREEN" then
    return save_report(), update_info({ firstName = "Mary" }), deactivate("d"), send_status_email(), activate("a"),
      create_websdk_link("basic-kyc-level", { externalUserId = applicant.id })
  end
  return hold("no liveness")
end }]]

describe("a run that several processes work on", function()
  local host, server, folder
  local count = 0

  local function idngo(line, ...) return support.command(server, line:format(...)) end

  --- A run that is planned, of so many applicants: its address, its plan's hash.
  local function planned(policy, limit)
    count = count + 1
    support.forget(server)
    local place, base = host:url("run" .. count), ("%s/%d"):format(folder, count)
    local _, csv = support.applicants(server, CHOSEN .. limit)
    local out, errors, code = idngo("plan %s --input %s --run '%s' --json", support.write(base .. ".lua", policy),
      support.write(base .. ".csv", support.strangers(server, csv)), place)
    assert.equal(0, code, errors)
    return place, json.decode(out).plan
  end

  --- The same, approved.
  local function approved(...)
    local place, hash = planned(...)
    local run = assert(require("idngo.policy.run").open(place))
    assert(approval.approve(run, { hash = hash, max = { deactivate = "100%" } }))
    run:close()
    return place
  end

  --- Starts a worker, which signals itself perhaps.
  ---@param signal string? with its step and count
  ---@param environment string?
  local function start(place, signal, environment)
    local worker = support.background(("%s lua5.4 spec/support/worker_driver.lua '%s' %s %s"):format(environment or "", place,
      server.url, signal or ""))
    local wait = worker.wait
    function worker.wait() return wait(9) end
    return worker
  end

  local function is_stopped(pid) return support.read(("/proc/%s/stat"):format(pid), ""):match("%) (%a)") == "T" end

  local function entries() return #support.ledger(server).entries end

  --- Checks a run that has ended; gives its steps of unknown fate, and how many of those no byte was seen of.
  local function agree(place, left)
    local mails, unknown, unseen = {}, {}, 0
    for _, entry in ipairs(support.ledger(server).entries) do
      local id = entry.endpoint == "send_verification_status_email" and entry.applicantId
      if id then mails[id] = (mails[id] or 0) + 1 end
    end
    local kept = assert(store.read(place))
    verify.journal(kept, handlers, assert(keys.own(false)), true)
    assert.equal("done", kept:get("state"))
    assert.equal(0, kept:row("left", "open").count)
    for step in kept:each("all_steps") do
      local label = ("%s %s is %s: %s"):format(step.id, step.action, step.state, tostring(step.problem))
      assert.truthy(step.state == "applied" or step.state == "unknown" or step.state == "void", label)
      if step.action == "send_status_email" then
        assert.is_true((mails[step.id] or 0) <= 1, label)
        if step.state == "applied" then assert.equal(1, mails[step.id], label) end
      end
      if step.state == "unknown" then
        unknown[#unknown + 1] = step
        unseen = unseen + (mails[step.id] and 0 or 1)
      end
    end
    kept:close()
    assert.equal("0", host:psql(([[SELECT count(*) FROM \"idngo:run%d\".holds]]):format(count)))
    assert.is_true(unseen <= left, ("%d steps are unknown of which nothing had left"):format(unseen))
    return unknown
  end

  setup(function()
    host = postgres.start()
    assert(databases.init(host:url()))
    server, folder = support.server { applicants = rounds > 0 and 1000 or 100 }, support.folder()
  end)
  teardown(function()
    support.clean(server)
    host:stop()
  end)
  before_each(function() host:psql("TRUNCATE idngo.people") end)

  it("is shared by all of them, each line by one, and ended by the last", function()
    local place = approved(POLICY, APPLICANTS)
    local all = { start(place), start(place), start(place) }
    for i = 1, 3 do assert.equal(0, all[i].wait(), all[i].errors()) end
    assert.same({}, agree(place, 0))
    local kept = assert(store.read(place))
    local owners = {}
    for row in kept:each("lines") do owners[row.owner] = true end
    kept:close()
    local shared = 0
    for _ in pairs(owners) do shared = shared + 1 end
    assert.is_true(shared >= 2, shared .. " of them had lines")
  end)

  it("survives one that is killed and one that is stopped, who sends nothing when it wakes up", function()
    local place = approved(POLICY, APPLICANTS)
    local killed, stopped = start(place, "KILL sent 5"), start(place, "STOP sent 7")
    support.wait_for(function() return is_stopped(stopped.pid) end)
    assert.equal(137, killed.wait(), killed.errors())
    local last = start(place)
    assert.equal(0, last.wait(), last.errors())
    local before = entries()
    os.execute("kill -CONT " .. stopped.pid)
    assert.equal(0, stopped.wait(), stopped.errors())
    assert.equal(before, entries())
    agree(place, 2 * CONCURRENCY)
  end)

  it("keeps the account's limits in Redis, with a watch, on two machines, whichever process is killed, or stopped for long",
    function()
    local place, limits = approved(POLICY, APPLICANTS), redis.start()
    finally(function() limits:stop() end)
    local first = assert(require("idngo.client").new { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits_url = limits.url, limits_dir = support.folder(), limits_rtt = 0.25, limits_late = 2, limits_timeout = 2,
      timeout = 2 })
    assert(require("idngo.client").slots(first):nobody_sent())
    first:close()
    local machines = {}
    for i = 1, 2 do
      machines[i] = ("IDNGO_REDIS=%s IDNGO_STATE_DIR=%s IDNGO_LIMITS_DIR=%s"):format(limits.url, support.folder(),
        support.folder())
    end
    local watch, spool, newest, bodies = host:url("watch" .. count), support.folder(), {}, {}
    local others = {}
    for i, id in ipairs(support.ids(server, CHOSEN .. APPLICANTS + WATCHED)) do
      others[id] = i <= APPLICANTS -- they are in the run
      if not others[id] then
        bodies[#bodies + 1] = watches.reviewed(id, "GREEN", core.wall() - 60)
        newest[id] = { digest = core.sha256(bodies[#bodies]) }
      end
    end
    watches.fill(spool, bodies)
    local function start_watch(machine, signal)
      return support.background(("%s lua5.4 spec/support/watch_driver.lua '%s' %s %s %s"):format(machine, watch, server.url,
        spool, signal or ""))
    end
    local killed, stopped = start(place, "KILL sent 9", machines[1]), start(place, "STOP sent 9", machines[2])
    local watcher = start_watch(machines[1], "sent 9")
    support.wait_for(function() return is_stopped(stopped.pid) end)
    assert.equal(137, killed.wait(), killed.errors())
    local last = { start(place, nil, machines[1]), start(place, nil, machines[2]) }
    assert.equal(137, watcher.wait(9), watcher.errors())
    watcher = start_watch(machines[2])
    for i = 1, 2 do assert.equal(0, last[i].wait(), last[i].errors()) end
    os.execute("kill -CONT " .. stopped.pid)
    assert.equal(0, stopped.wait(), stopped.errors())
    assert.equal(0, watcher.wait(9), watcher.errors())
    agree(place, 2 * CONCURRENCY)
    local found = judges.judge(server, watch, newest, WATCHED, others)
    assert.is_true(found.unknown <= CONCURRENCY, found.unknown .. " are unknown")
    found.unknown = 0
    assert.same({ lost = 0, twice = 0, undecided = 0, mails_twice = 0, unknown = 0, stale = 0 }, found)
    local times = {}
    for _, entry in ipairs(support.ledger(server).entries) do
      if entry.method ~= "GET" then times[#times + 1] = entry.at end
    end
    table.sort(times)
    local slots, window = common.limits.write[1], common.limits.write[2]
    assert.is_true(#times > slots, #times .. " writes")
    assert.equal(0, (windows(times, slots, window)))
  end)

  it("waits for a server that crashes, wherever that met them, sends nothing without it, and goes on", function()
    local place = approved(POLICY, APPLICANTS)
    support.faults(server, { { delay = 0.05 } })
    local all = { start(place), start(place), start(place) }
    support.wait_for(function() return #support.writes(support.ledger(server)) >= 12 end)
    host:halt("immediate")
    for i = 1, 3 do support.wait_for(function() return all[i].errors():find("misses", 1, true) end) end
    local before = entries()
    support.faults(server, { { delay = 0 } })
    core.sleep(2) -- longer than any call that was under way
    local calm = entries()
    assert.is_true(calm <= before + 3 * CONCURRENCY)
    core.sleep(1)
    assert.equal(calm, entries())
    host:start()
    for i = 1, 3 do assert.equal(0, all[i].wait(), all[i].errors()) end
    assert.is_true(entries() > calm)
    agree(place, 3 * CONCURRENCY)
  end)

  it("is done, each line by one, whatever happens to them and to the server", function()
    if rounds == 0 then return end
    math.randomseed(11)
    local place, all = approved(POLICY, 6 * rounds), {}
    support.faults(server, { { delay = 0.05 } })
    for i = 1, 3 do all[i] = start(place) end
    for round = 1, rounds do
      core.sleep(math.random())
      local i, what = math.random(3), round % 4
      if what == 0 then
        host:halt("immediate")
        core.sleep(math.random())
        host:start()
      elseif what == 1 then
        os.execute(("kill -9 %s 2>/dev/null"):format(all[i].pid))
        all[i] = start(place)
      else
        local pid = all[i].pid
        os.execute(("kill -STOP %s 2>/dev/null"):format(pid))
        core.sleep(what == 2 and 5 or 0.5)
        os.execute(("kill -CONT %s 2>/dev/null"):format(pid))
      end
    end
    support.faults(server, { { delay = 0 } })
    for i = 1, 3 do all[i].wait() end
    local last = start(place)
    assert.equal(0, last.wait(), last.errors())
    agree(place, rounds * CONCURRENCY)
  end)

  it("is given up by who has no more patience or is told to end, and gone on with when the server is back", function()
    local place = approved(POLICY, APPLICANTS)
    support.faults(server, { { delay = 0.05 } })
    local worker, told = start(place, nil, "IDNGO_PATIENCE=1"), start(place)
    support.wait_for(function() return #support.writes(support.ledger(server)) >= 4 end)
    host:halt("immediate")
    assert.equal(1, worker.wait(), worker.errors())
    assert.truthy(worker.errors():find("PostgreSQL: ", 1, true))
    support.wait_for(function() return told.errors():find("misses", 1, true) end)
    os.execute("kill -TERM " .. told.pid) -- who waits hears of a signal
    assert.not_equal(0, told.wait(), told.errors())
    support.faults(server, { { delay = 0 } })
    host:start()
    worker = start(place)
    assert.equal(0, worker.wait(), worker.errors())
    agree(place, 2 * CONCURRENCY)
  end)

  it("is changed as a whole by nobody meanwhile, and joined by nobody who finds it planned or changed", function()
    local place = approved(POLICY, 2)
    local worker = start(place, "STOP sent 1")
    support.wait_for(function() return is_stopped(worker.pid) end)
    local id = host:psql(([[SELECT id FROM \"idngo:run%d\".lines LIMIT 1]]):format(count))
    for _, line in ipairs { "settle '%s' --went-back", "settle '%s' " .. id .. " 1 --as void" } do
      local _, errors, code = idngo(line, place)
      assert.equal(75, code, errors)
      assert.truthy(errors:find("at work on postgresql://", 1, true), errors)
    end
    assert.equal(0, (select(3, idngo("status '%s'", place))))
    os.execute("kill -CONT " .. worker.pid)
    worker.wait()
  end)

  -- In one process, over actions that only count how often they were done.

  local done, on
  local fake = {
    kind = "policy", folder = "files", too_many = "too many",
    actions = { gone = { endpoint = "set_presence", class = "D", destructive = true, perform = function(_, id, _, _, before_send)
      if on.perform then on.perform(id) end
      local ok, err = before_send()
      while ok == "later" do
        runtimes.current().sleep(0.01)
        ok, err = before_send()
      end
      if not ok then return nil, { kind = err.kind, outcome = "not_sent", message = err.message } end
      done[#done + 1] = id
      return {}
    end } },
    header = function() return { format = 1 } end, reads = function() return {} end, state_of = function() end,
    people = function(line) return { [line.id] = true, shared = true } end,
    recheck = function(line) return on.recheck == nil or on.recheck(line) or true end,
    file_name = function() end, again = function() return "again" end, approve_hint = function() return "approve" end,
  }

  local function open() return contract.over(assert(tables.open(assert(address.parse(host:url("run" .. count)))))) end

  --- A run of so many lines, each with one such step, approved; and another process's look at it.
  local function two_stores(lines)
    count, done, on = count + 1, {}, {}
    local key, first = assert(keys.own(true)), open()
    first:create(fake, key, function(made)
      made:set("account", "a" .. count)
      for n = 1, lines do made:add_line(n, "p" .. n, "{}") end
      return { applicants = lines }
    end)
    for _, line in ipairs(first:claim { owner = "planner", state = "new", after = 0, limit = 99, seconds = 60 }) do
      first:transaction(function()
        first:decided({ n = line.n, id = "p" .. line.n, token = line.token }, { facts = {}, decision = "act",
          steps = { { action = "gone", args = "{}" } } })
      end)
    end
    local hash = require("idngo.run.lines").plan(first, fake).hash
    first:transaction(function()
      first:set("plan_hash", hash)
      first:record("planned", { plan = hash })
    end)
    assert(approval.approve({ dir = "none", handlers = fake, store = first }, { hash = hash, max = {} }))
    local second = open()
    second.key = key
    second:read_log(fake, key)
    return first, second
  end

  --- Carries it out in this process.
  local function carry_out(kept, more)
    local context = { client = { lanes = function() return {} end }, concurrency = 2, tick = function() end, timeout = 0,
      on_step = on.step or function() end, hear = function() end }
    for name, value in pairs(more or {}) do context[name] = value end
    return apply.run({ dir = "none", handlers = fake, store = kept, stats = stats.new(), save_stats = function() end }, context)
  end

  local function claim(kept, more)
    local want = { owner = "other", state = "open", after = 0, limit = 99, seconds = 60 }
    for name, value in pairs(more or {}) do want[name] = value end
    return kept:claim(want)
  end

  local function events(kept)
    local found = {}
    for row in kept:each("audit_records", 2) do found[#found + 1] = json.decode(row.record).event end
    return table.concat(found, " ")
  end

  it("waits for lines of others, tells so, and goes on with those that they leave", function()
    local first, second = two_stores(3)
    assert(second.tables:join())
    local theirs, told = claim(second, { limit = 2 }), nil
    assert.is_true(carry_out(first, { waits = function(left)
      if not told then second:free("other") end
      told = told or left
    end }))
    assert.equal(2, told)
    table.sort(done)
    assert.same({ "p1", "p2", "p3" }, done)
    local line = { n = 1, id = "p1", token = theirs[1].token }
    assert.has_error(function() second:put_back(line, { k = 1, action = "gone" }, "x") end)
    second:close()
    first:close()
  end)

  it("is left to a resume where others put lines back", function()
    local first, second = two_stores(2)
    assert(second.tables:join())
    local theirs = claim(second, { limit = 1 })[1]
    assert.is_false(carry_out(first, { waits = function() second:put_line(theirs) end }))
    assert.same({ "p2" }, done)
    second:close()
    first:close()
  end)

  it("is not ended, and says why, where it is not what was planned any more", function()
    local first, second = two_stores(1)
    function on.step(name)
      if name == "settled" then host:psql(([[UPDATE \"idngo:run%d\".lines SET fields = '{1}']]):format(count)) end
    end
    local complete, err = carry_out(first)
    assert.is_nil(complete)
    assert.equal("the plan in the journal was changed after it was made", err.message)
    second:close()
    first:close()
  end)

  it("reads what was planned no oftener, however many lines it works on at once", function()
    local function reads(concurrency)
      local first, second = two_stores(8)
      local rows, times = first.tables.rows, 0
      function first.tables.rows(self, name, ...)
        if name == "lines" then times = times + 1 end
        return rows(self, name, ...)
      end
      assert.is_true(carry_out(first, { concurrency = concurrency }))
      second:close()
      first:close()
      return times
    end
    assert.equal(reads(1), reads(4))
  end)

  it("waits for nobody who is gone", function()
    local first, second = two_stores(2)
    assert(second.tables:join())
    claim(second, { seconds = 86400 })
    second:close()
    assert.is_true(carry_out(first))
    assert.equal(2, #done)
    first:close()
  end)

  it("takes nobody for gone who has lost the server with it, as long as that one has its lines", function()
    local first, second = two_stores(1)
    for _, kept in ipairs { first, second } do
      assert(kept.tables:join())
      kept.tables:endure(60)
    end
    local theirs = claim(second)[1]
    host:psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'idngo'")
    first:free_gone("first", 60) -- is back before the other
    second:must_hold(theirs)
    second:close()
    support.wait_for(function() -- the server hears of it
      first:free_gone("first", 0)
      return first:row("line", 1).token == theirs.token + 1
    end)
    first:close()
  end)

  for what, crash in pairs {
    ["crashed"] = function()
      host:halt("immediate")
      host:start()
    end,
    ["lost a process, and all of its connections with that"] = function()
      os.execute("kill -9 " .. host:psql("SELECT pid FROM pg_stat_activity WHERE usename = 'idngo' LIMIT 1"))
      support.wait_for(function() return tonumber(host:psql("SELECT 1")) ~= nil end)
    end,
  } do
    it("leaves to others, who may wait for a server that " .. what .. ", what they have, though it begins later", function()
      local first, second = two_stores(1)
      assert(first.tables:join())
      local theirs = claim(first)[1]
      core.sleep(1.1)
      crash()
      local opened = assert(store.open(host:url("run" .. count), fake, assert(keys.own(false)), true))
      local age = host:psql("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())")
      local function token() return opened:row("line", 1).token end
      assert.equal(theirs.token, token())
      opened:free_gone("mine", 60)
      assert.equal(theirs.token, token())
      assert.is_true(what == "crashed" or opened.tables:up() < tonumber(age) - 1)
      opened:free_gone("mine", 0)
      assert.equal(theirs.token + 1, token())
      for _, kept in ipairs { opened, second, first } do kept:close() end
    end)
  end

  it("lets a line go at once that another has taken over, and goes on", function()
    local first, second = two_stores(3)
    assert(second.tables:join())
    local theirs
    function on.recheck(line)
      if line.n ~= 2 or theirs then return end
      second:run("free", line.claim and host:psql(([[SELECT owner FROM \"idngo:run%d\".lines WHERE n = 2]]):format(count)))
      host:psql(([[UPDATE \"idngo:run%d\".lines SET lease = 0 WHERE n = 2]]):format(count))
      theirs = claim(second, { again = true, limit = 1 })[1]
    end
    assert.is_false(carry_out(first, { waits = function() second:put_line(theirs) end }))
    assert.equal(2, theirs.n)
    table.sort(done)
    assert.same({ "p1", "p3" }, done)
    assert.equal("intent outcome intent outcome", events(first):match("approved (.*)"))
    second:close()
    first:close()
  end)

  it("sends nothing of a line whose time was over before it left, and takes the line again", function()
    local first, second = two_stores(1)
    local slept = false
    function on.step(name)
      if name ~= "sent" or slept then return end
      slept = true
      core.sleep(1.1) -- as one that was stopped
    end
    assert.is_true(carry_out(first, { lease = 1 }))
    assert.same({ "p1" }, done)
    assert.truthy(events(first):find("approved intent put_back", 1, true), events(first))
    second:close()
    first:close()
  end)

  it("sends nothing of a line that it had too long, though nobody took the line: its people are another's", function()
    local first, second = two_stores(2)
    assert(second.tables:join())
    local there, everybody = require("idngo.run.line_holds").new(second, 60), { p2 = true, shared = true }
    local theirs, slept, sent = claim(second, { after = 1 })[1], false, nil
    function on.perform()
      if slept then return end
      slept = true
      core.sleep(1.1) -- as one that was stopped while it waited for its slot
      assert.is_true(there:take(everybody, 2, theirs.token))
      runtimes.current().sleep(0.6) -- in which it renews what it has
    end
    assert.is_false(carry_out(first, { concurrency = 1, lease = 1, tick = function()
      if sent or not (done[1] or events(first):find("put_back", 1, true)) then return end
      sent = #done
      there:release(everybody, 2, theirs.token)
      second:put_line(theirs)
    end }))
    assert.equal(0, sent)
    assert.same({ "p1" }, done)
    second:close()
    first:close()
  end)

  it("holds people for one line, whichever process has it", function()
    local first, second = two_stores(2)
    local holds = require("idngo.run.line_holds")
    local here, there = holds.new(first, 60), holds.new(second, 60)
    local one, two = claim(first, { limit = 1 })[1], claim(second, { limit = 1 })[1]
    assert.is_true(here:take({ a = true, b = true }, 1, one.token))
    assert.is_false(there:take({ b = true, c = true }, 2, two.token))
    assert.is_true(here:take({ b = true }, 1, one.token))
    there:release({ b = true }, 1, one.token - 1) -- of who had the line before
    assert.is_false(there:take({ b = true }, 2, two.token))
    first:run("put_off", 1, one.token, 0)
    local again = claim(second, { again = true })[1]
    assert.is_true(there:take({ a = true }, 1, again.token))
    local ok, err = pcall(here.take, here, { b = true }, 1, one.token)
    assert.is_false(ok)
    assert.equal(1, err.lost)
    here:release({ a = true, b = true }, 1, one.token) -- another has it now
    assert.is_false(here:take({ a = true }, 2, two.token))
    there:release({ a = true }, 1, again.token)
    assert.is_true(here:take({ a = true, b = true }, 2, two.token))
    second:close()
    first:close()
  end)

  it("holds nobody in a process for a line that is another's by then, or its other lines would wait for ever", function()
    local first, second = two_stores(2)
    local here = require("idngo.run.line_holds").new(first, 60)
    local one, two = claim(first, { limit = 1 })[1], claim(first, { limit = 1, after = 1 })[1]
    first:run("put_off", 1, one.token, 0)
    claim(second, { again = true })
    assert.is_false(pcall(here.take, here, { a = true }, 1, one.token))
    assert.is_true(here:take({ a = true }, 2, two.token))
    second:close()
    first:close()
  end)

  --- Does `fn` when a process waits for others who has a store, in a task beside it. Who is not woken by that in a minute is
  --- cancelled, and would have waited for an hour.
  local function when_it_waits(kept, fn)
    local runtime, ears, limit = runtimes.current(), kept.tables.ears, core.now() + 60
    parallel.spawn(function()
      while not next(ears) do runtime.sleep(0.01) end
      fn()
      while next(ears) and core.now() < limit do runtime.sleep(0.01) end
      if next(ears) then runtime:cancel() end
    end)
  end

  local function look_hourly()
    local look = contract.LOOK
    contract.LOOK = 3600
    return function() contract.LOOK = look end
  end

  it("wakes who waits for lines, when others leave them or put them back, and says when it has ended", function()
    finally(look_hourly())
    for _, is_left in ipairs { true, false } do
      local first, second = two_stores(3)
      assert(second.tables:join())
      local theirs, ear = claim(second, { limit = 1 })[1], open()
      local heard = ear:words("work")
      assert.equal(is_left, carry_out(first, { waits = function()
        when_it_waits(first, function()
          if is_left then second:free("other") else second:put_line(theirs) end
        end)
      end }))
      assert.equal(is_left and 3 or 2, #done)
      assert.equal(heard + (is_left and 2 or 1), ear:words("work")) -- that lines were left, and that none is
      for _, kept in ipairs { ear, second, first } do kept:close() end
    end
  end)

  it("wakes a line that waits for people whom another process has, when those are free", function()
    finally(look_hourly())
    local first, second = two_stores(2)
    local holds, is_held = require("idngo.run.line_holds"), nil
    local here, there = holds.new(first, 60), holds.new(second, 60)
    local one, two = claim(first, { limit = 1 })[1], claim(second, { limit = 1 })[1]
    assert.is_true(here:take({ a = true }, 1, one.token))
    there:take({ a = true }, 2, two.token) -- listens from now on
    parallel.run(function()
      when_it_waits(second, function() here:release({ a = true }, 1, one.token) end)
      select(2, there:take({ a = true }, 2, two.token))()
      is_held = not runtimes.current().cancelled and there:take({ a = true }, 2, two.token)
    end)
    assert.is_true(is_held)
    second:close()
    first:close()
  end)

  it("puts a line off that needs somebody whom a line of another may have acted on", function()
    local first, second = two_stores(2)
    assert(second.tables:join())
    local theirs = claim(second, { limit = 1 })[1]
    theirs.id = "shared"
    second:intent(theirs, { k = 1, action = "gone", args = "{}" })
    local looks, counted = 0, nil
    assert.is_true(carry_out(first, { tick = function(ended) counted = ended end, waits = function()
      assert.equal(0, counted or 0) -- a line that is put off has not ended
      looks = looks + 1
      if looks == 2 then second:settle(theirs, { k = 1, action = "gone" }, { state = "rejected" }, true) end
    end }))
    assert.same({ "p2" }, done)
    assert.is_nil(events(first):find("put_back", 1, true))
    second:close()
    first:close()
  end)

  it("is behind the last record that this machine has seen, whichever process saw it and however late it told", function()
    local heads, files = require("idngo.run.heads"), require("files")
    local first, second = two_stores(1)
    local function tell(kept)
      kept:transaction(function() kept:record("remark", {}) end)
      return ("%d %s\n"):format(kept.head.seq, kept.head.hash)
    end
    for _, kept in ipairs { first, second } do
      kept.joins = true
      assert(heads.open(kept, host:url("x")))
    end
    local path = ("%s/heads/%s"):format(os.getenv("IDNGO_STATE_DIR"), first.run_id)
    local told = { tell(first), tell(second), tell(first) }
    assert.equal(told[3], files.read(path):match("[^\n]*\n$"))
    assert.truthy(files.read(path):find(told[2], 1, true))
    local later = ("%d %s\n"):format(first.head.seq + 1, ("0"):rep(64)) -- the server has lost it
    files.write(path, files.read(path) .. later .. told[3] .. told[2])
    local ok, err = heads.open(second, host:url("x"))
    assert.is_nil(ok)
    assert.equal("run", err.kind)
    second:close()
    first:close()
  end)

  --- Has a store hear nothing of the next commit in what is called through what this gives, or of so many.
  local function deafen(kept, many)
    local commit, deaf = kept.tables.commit, 0
    function kept.tables.commit(self)
      commit(self)
      if deaf == 0 then return end
      deaf = deaf - 1
      error(self.gone("lost"), 0)
    end
    return function(fn, ...)
      deaf = many or 1
      return fn(...)
    end
  end

  it("has a transaction made once whose commit was not heard of, and another one whose server was gone", function()
    local first, second = two_stores(1)
    local times = 0
    first.tables:endure(60)
    local unheard = deafen(first)
    local function tell()
      first:transaction(function()
        times = times + 1
        first:record("remark", {})
      end)
    end
    unheard(tell)
    assert.same({ 1, "remark" }, { times, events(first):match("approved (.*)") })
    host:psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'idngo'")
    tell()
    assert.same({ 2, "remark remark" }, { times, events(first):match("approved (.*)") })
    assert.same({ { n = 1, token = 2 } }, unheard(claim, first)) -- else nobody had the line, and all waited for it
    assert.same({}, unheard(claim, first))
    second:close()
    first:close()
  end)

  it("has a transaction made once though nobody hears for longer than one commit", function()
    local first, second = two_stores(1)
    local times = 0
    first.tables:endure(60)
    deafen(first, 3)(first.transaction, first, function()
      times = times + 1
      first:record("remark", {})
    end)
    assert.same({ 1, "remark" }, { times, events(first):match("approved (.*)") })
    first:transaction(function() first:record("remark", {}) end)
    assert.equal("remark remark", events(first):match("approved (.*)"))
    second:close()
    first:close()
  end)

  it("is told once what its calls have cost, though the commit was not heard of", function()
    local run = assert(require("idngo.policy.run").open((planned(POLICY, 1))))
    local function waits() return json.decode(run.store:get("stats")).lanes.reads.waits end
    run.store.tables:endure(60)
    local unheard = deafen(run.store)
    for times = 1, 2 do
      run.stats:hear { event = "wait", lane = "reads", seconds = 1, endpoint = "get_applicant", time = 1 }
      unheard(run.save_stats, run)
      assert.equal(times, waits())
    end
    run:close()
  end)
end)
