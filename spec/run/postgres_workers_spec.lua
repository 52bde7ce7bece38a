-- Several processes that work on one run in PostgreSQL: what becomes of the lines of one that is killed or
-- stopped, who may change the run as a whole, and how it ends.

local approval = require("idngo.run.approval")
local core = require("idngo.core")
local deafen = require("deafen")
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

local common = require("idngo.api.common")
local databases = require("idngo.run.databases")
local handlers = require("idngo.policy.handlers")
local keys = require("idngo.run.keys")
local store = require("idngo.run.store")
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
