-- A watch whose journal is in PostgreSQL: commands at other machines, a machine that dies and another that takes over, rows that
-- somebody changed, a server that hangs, goes away, or is another one than before. A machine is its IDNGO_STATE_DIR, and its
-- spool.

local connect = require("idngo.run.server").connect
local core = require("idngo.core")
local json = require("idngo.json")
local judges = require("watch_judge")
local kept = require("idngo.watch.kept")
local postgres = require("postgres")
local runs = require("idngo.watch.run")
local support = require("runs")
local watches = require("watches")

if not postgres.is_there then
  describe("a watch in PostgreSQL", function() pending("postgresql is not installed") end)
  return
end

local POLICY = [[
return { name = "reviewed", version = "1", on = { "applicantReviewed" },
  decide = function(applicant, facts, event)
    if event.reviewResult.reviewAnswer ~= "GREEN" then return hold("not green") end
    return ask(add_tags({ "seen" }), "look at it")
  end }]]

local host, server, base, ids
local count = 0

local function machine(name) return ("IDNGO_STATE_DIR=%s/%s"):format(base, name) end

--- Runs a command at a machine.
local function at(name, arguments, expected)
  local out, errors, code = support.shell(("%s %s lua5.4 bin/idngo %s </dev/null"):format(support.env(server), machine(name),
    arguments))
  assert.equal(expected or 0, code, arguments .. "\n" .. out .. errors)
  return out, errors
end

local function start(name, arguments) return support.start(server, arguments, machine(name)) end

local function stop(watcher, signal)
  os.execute(("kill -%s %s"):format(signal or "TERM", watcher.pid))
  return watcher.wait()
end

--- Where a watch and its spool may be.
local function new_watch()
  count = count + 1
  return host:url("w" .. count), ("%s/spool%d"):format(base, count)
end

--- A watch that was begun at the first machine, and approved at the second.
local function begun()
  local place, spool = new_watch()
  core.folder(spool)
  support.write(base .. "/policy.lua", POLICY)
  local out = at("a", ("watch %s/policy.lua --events %s --run '%s' --no-breaker"):format(base, spool, place), 4)
  at("b", ("approve '%s' %s"):format(place, out:match("mandate +(%x+)")))
  return place, spool
end

--- Has a machine's spool at the path that is the same on each: of one, a link leads to it.
local function be_at(name, spool) assert(os.execute(("ln -sfn %s.%s %s"):format(spool, name, spool))) end

local function run_driver(name, place, spool, more)
  return support.shell(("env %s WATCH_KEEP=20 lua5.4 spec/support/watch_driver.lua '%s' %s %s %s"):format(machine(name), place,
    server.url, spool, more or ""))
end

describe("a watch in PostgreSQL", function()
  setup(function()
    host = postgres.start()
    assert(require("idngo.run.databases").init(host:url()))
    server, base = support.server { applicants = 40 }, support.folder()
    ids = support.ids(server, "email=yes&review=completed-GREEN&type=individual&limit=8")
    assert.equal(8, #ids)
  end)
  teardown(function()
    support.clean(server)
    host:stop()
  end)
  before_each(function()
    support.forget(server)
    host:psql("TRUNCATE idngo.people")
  end)

  it("is spoken to from another machine while it works, as one in a folder is", function()
    local place, spool = begun()
    local watcher = start("a", ("watch --run '%s' --listen 0"):format(place))
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall()), watches.reviewed(ids[2], "RED", core.wall()) })
    local n
    support.wait_for(function()
      n = at("b", ("list '%s' --state waiting --columns n --csv"):format(place)):match("\n(%d+)")
      return n
    end)
    assert.equal(0, #support.writes(support.ledger(server)))
    assert.truthy(at("b", ("explain '%s' %s"):format(place, n)):find("waiting for ask", 1, true))
    assert.equal("taken: 1 of 1", json.decode((at("b", ("approve '%s' %s --json"):format(place, n)))).verdict)
    support.wait_for(function() return at("b", ("status '%s'"):format(place)):find("lines +2 done") end)
    assert.equal(1, #support.writes(support.ledger(server)))
    assert.truthy(at("b", ("reject '%s' %s"):format(place, n), 1):find("stale: it is done", 1, true))
    assert.equal("closed\n", (at("b", ("breaker '%s'"):format(place))))
    local url = watcher.errors():match("at (http://127%.0%.0%.1:%d+)")
    assert.equal("ok\n200", (support.shell(("curl -s -m 30 -w '%%{http_code}' %s/healthz"):format(url))))
    local metrics = support.shell(("curl -s -m 30 %s/metrics"):format(url))
    assert.is_true(tonumber(metrics:match("\nidngo_watch_journal_bytes (%d+)")) > 10000, metrics)
    assert.truthy(metrics:find("\nidngo_watch_spool_unread_bytes 0\n", 1, true))
    at("b", ("undo '%s' --run %s/back%d"):format(place, base, count))
    assert.truthy(at("b", ("watch stop '%s' --note CASE-1"):format(place)):find("taken: mandate 1 lets nothing", 1, true))
    assert.truthy(at("b", ("watch upgrade '%s' %s/policy.lua"):format(place, base)):find("propose  taken", 1, true))
    at("b", ("watch rollback '%s'"):format(place), 65)
    for _, refused in ipairs { "resume '%s'", "report '%s'" } do at("b", refused:format(place), 78) end
    at("b", ("purge --yes '%s'"):format(place), 75)
    assert.truthy(at("b", ("audit verify '%s'"):format(place)):find("records +%d+"))
    assert.equal(143, stop(watcher))
    assert.truthy(at("b", ("redecide '%s' %s"):format(place, n)):find("line 3 decides", 1, true)) -- taken in by the command
    assert.truthy(at("b", "runs list '" .. host:url() .. "'"):find("w" .. count .. "  watch", 1, true))
    watches.read(place):close()
  end)

  for _, moment in ipairs { "read 1", "decided 4", "sent 8" } do
    it("is taken over by another machine when one is killed at " .. moment .. ": all is decided once, and sent once", function()
      local place, spool = new_watch()
      local newest = {}
      local function fill(name, from, to)
        local bodies = {}
        for i = from, to do
          bodies[#bodies + 1] = watches.reviewed(ids[i], "GREEN", core.wall() - 60)
          newest[ids[i]] = { digest = core.sha256(bodies[#bodies]) }
          bodies[#bodies + 1] = bodies[#bodies]
        end
        watches.fill(("%s.%s"):format(spool, name), bodies)
      end
      fill("a", 1, 5)
      fill("b", 6, 8)
      be_at("a", spool)
      local _, errors, code = run_driver("a", place, spool, moment)
      assert.equal(137, code, errors)
      be_at("b", spool)
      _, errors, code = run_driver("b", place, spool)
      assert.equal(0, code, errors)
      assert.truthy(errors:find("what the spool of %S+ holds waits until a watcher works there"), errors)
      local told = at("b", ("status '%s'"):format(place))
      assert.truthy(told:find("spool +of %S+, read since .*spool +of %S+, not read, and what it holds waits, since"), told)
      local taken = moment == "read 1" and 3 or 8
      assert.equal(taken, #watches.rows(watches.read(place), "SELECT n FROM lines"))
      be_at("a", spool) -- it is back
      _, errors, code = run_driver("a", place, spool)
      assert.equal(0, code, errors)
      local found = judges.judge(server, place, newest, 8)
      assert.is_true(found.unknown <= 4, found.unknown .. " are unknown")
      found.unknown = 0
      assert.same({ lost = 0, twice = 0, undecided = 0, mails_twice = 0, unknown = 0, stale = 0 }, found)
      local read = json.decode(support.read(("%s/a/runs/%s/places.json"):format(base, watches.records(place)[1].run)))
      for segment in pairs(read) do assert.is_truthy(core.is_regular(("%s.a/%s"):format(spool, segment)), segment) end
      assert.is_truthy(next(read))
    end)
  end

  it("has others stand by, one of which takes over when the one that works is killed", function()
    local place = begun()
    local first = start("a", ("watch --run '%s'"):format(place))
    support.wait_for(function() return first.out():find("watching", 1, true) end)
    local second = start("b", ("watch --run '%s'"):format(place))
    support.wait_for(function() return second.errors():find("another watcher is at work", 1, true) end)
    assert.equal("", second.out())
    assert.equal(137, stop(first, "KILL"))
    support.wait_for(function() return second.out():find("watching", 1, true) end)
    assert.equal(143, stop(second))
  end)

  it("is worked on by one of three watchers, each killed in turn: all is decided once, and sent once", function()
    local place, spool = new_watch()
    core.folder(spool)
    support.write(base .. "/mails.lua", (POLICY:gsub("return ask%b()",
      'return add_tags({ "seen" }), send_status_email("by rule")')))
    local out = at("a", ("watch %s/mails.lua --events %s --run '%s' --no-breaker --max send_status_email=none"):format(base,
      spool, place), 4)
    at("b", ("approve '%s' %s"):format(place, out:match("mandate +(%x+)")))
    support.faults(server, { { delay = 0.05 } })
    local all, newest, moments = {}, {}, { 0, 1, 2, 3 } -- calls that the one at work has made when it is killed
    for i = 1, 3 do all[i] = start("a", ("watch --run '%s'"):format(place)) end
    local function at_work()
      for i = 1, 3 do
        if all[i].out():find("watching", 1, true) then return i end
      end
    end
    for round, id in ipairs(ids) do
      local body = watches.reviewed(id, "GREEN", core.wall() - 60)
      newest[id] = { digest = core.sha256(body) }
      support.wait_for(at_work)
      local before = #support.ledger(server).entries
      watches.fill(spool, { body, body })
      local calls = moments[round % #moments + 1]
      support.wait_for(function() return #support.ledger(server).entries >= before + calls end)
      local i = at_work()
      assert.equal(137, stop(all[i], "KILL"), all[i].errors())
      all[i] = start("a", ("watch --run '%s'"):format(place))
    end
    support.faults(server, { { delay = 0 } })
    local decided = ([[SELECT count(*) FROM \"idngo:w%d\".lines WHERE state = 'done']]):format(count)
    support.wait_for(function() return host:psql(decided) == tostring(#ids) end)
    for i = 1, 3 do stop(all[i]) end
    local found = judges.judge(server, place, newest, #ids)
    assert.is_true(found.unknown <= #ids, found.unknown .. " are unknown") -- of each kill, the line that was under way
    found.unknown = 0
    assert.same({ lost = 0, twice = 0, undecided = 0, mails_twice = 0, unknown = 0, stale = 0 }, found)
  end)

  it("is told of letters, and those who stand by that it ends, though all of them look once an hour", function()
    local place, spool = begun()
    local hourly = machine("a") .. ' LUA_INIT="require([[idngo.run.contract]]).LOOK = 3600"'
    local first = support.start(server, ("watch --run '%s'"):format(place), hourly)
    support.wait_for(function() return first.out():find("watching", 1, true) end)
    local second = support.start(server, ("watch --run '%s'"):format(place), hourly)
    support.wait_for(function() return second.errors():find("another watcher is at work", 1, true) end)
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall()) })
    local n
    support.wait_for(function()
      n = at("b", ("list '%s' --state waiting --columns n --csv"):format(place)):match("\n(%d+)")
      return n
    end)
    assert.equal("taken: 1 of 1", json.decode((at("b", ("approve '%s' %s --json"):format(place, n)))).verdict)
    assert.equal(143, stop(first))
    support.wait_for(function() return second.out():find("watching", 1, true) end)
    assert.equal(143, stop(second))
  end)

  it("is stopped by a row that somebody changed, at its start or while it works", function()
    local place, spool = new_watch()
    local bodies = {}
    for i, id in ipairs(ids) do bodies[i] = watches.reviewed(id, "GREEN", core.wall() - 60) end
    watches.fill(spool, bodies)
    local _, errors, code = run_driver("a", place, spool)
    assert.equal(0, code, errors)
    local every, tried, enemy = kept.EVERY, 0, assert(connect(host:url(), {}))
    enemy:exec(('SET search_path = "idngo:w%d"'):format(count))
    kept.EVERY = 20
    assert(runs.open(place)):close()
    for there, back in pairs {
      ["UPDATE lines SET decision = 'hold' WHERE n = 1"] = "UPDATE lines SET decision = 'act' WHERE n = 1",
      ["UPDATE lines SET since = since + 1 WHERE n = 2"] = "UPDATE lines SET since = since - 1 WHERE n = 2",
      ["UPDATE steps SET state = 'planned' WHERE n = 1 AND k = 2"] = "UPDATE steps SET state = 'applied' WHERE n = 1 AND k = 2",
      ["UPDATE events SET created = created + 1 WHERE n = 3"] = "UPDATE events SET created = created - 1 WHERE n = 3",
      ["UPDATE events SET result = 'echo' WHERE n = 3"] = "UPDATE events SET result = 'line' WHERE n = 3",
      ["INSERT INTO letters VALUES ('x', '', 'taken')"] = "DELETE FROM letters WHERE id = 'x'",
      ["INSERT INTO run VALUES ('more', 'x')"] = "DELETE FROM run WHERE name = 'more'",
      ["UPDATE run SET number = number + 1 WHERE name = 'created'"] =
        "UPDATE run SET number = number - 1 WHERE name = 'created'",
      ["UPDATE audit SET record = record || ' ' WHERE seq = 3"] = "UPDATE audit SET record = rtrim(record) WHERE seq = 3",
    } do
      for _, is_kept in ipairs { true, false } do
        local run = assert(runs.open(place))
        run.store:transaction(function() run.store:record("kept") end) -- writes down what the log comes to
        if not is_kept then run.store.kept:distrust() end
        run:close()
        enemy:exec(there)
        local opened = runs.open(place)
        if opened then
          assert.is_true(is_kept and opened.store.kept.from ~= nil, there)
          assert.is_false(pcall(opened.store.check_on, opened.store, function() end), there)
          opened:close()
        end
        enemy:exec(back)
        tried = tried + 1
      end
    end
    kept.EVERY = every
    enemy:close()
    assert.equal(18, tried)
    assert(runs.open(place)):close()
    at("b", ("purge --yes '%s'"):format(place))
    assert.truthy(at("b", ("audit verify '%s'"):format(place)):find("purged", 1, true))
  end)

  it("says that its server does not answer, and ends when that is gone; nothing is sent meanwhile", function()
    local place, spool = begun()
    local watcher = start("a", ("watch --run '%s' --listen 0"):format(place))
    local url
    support.wait_for(function()
      url = watcher.errors():match("at (http://127%.0%.0%.1:%d+)")
      return url and watcher.out():find("watching", 1, true)
    end)
    local processes = host:psql("SELECT pid FROM pg_stat_activity WHERE application_name = 'idngo'"):gsub("\n", " ")
    os.execute("kill -STOP " .. processes)
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall()) })
    local said
    support.wait_for(function()
      said = support.shell(("curl -s -m 30 -w '%%{http_code}' %s/healthz"):format(url))
      return said:find("failing", 1, true)
    end)
    assert.truthy(said:find("^failing\nthe journal's server has not answered for %d+ s\n503$"), said)
    os.execute("kill -CONT " .. processes)
    support.wait_for(function() return support.shell("curl -s -m 30 " .. url .. "/healthz") == "ok\n" end)
    host:halt("immediate")
    assert.equal(74, watcher.wait(), watcher.errors())
    assert.truthy(watcher.errors():find("PostgreSQL: ", 1, true), watcher.errors())
    host:start()
    assert.equal(0, #support.writes(support.ledger(server)))
    watches.read(place):close()
  end)

  it("says where the spool of a machine may be a copy of another one's", function()
    local place = begun()
    local who, host_name = core.who, "web1"
    finally(function() core.who = who end)
    function core.who()
      local found = who()
      found.host = host_name
      return found
    end
    local told = {}
    for i, each in ipairs { "web1", "web1", "web2", "web2" } do
      host_name = each
      local run = assert(runs.open(place))
      told[i] = run.store:start("test") or "nobody"
      run:close()
    end
    assert.same({ "nobody", "nobody", "web1", "nobody" }, told)
  end)

  it("is refused where the machine has no spool at its path", function()
    local place, spool = begun()
    os.execute("rm -r " .. spool)
    local _, errors = at("b", ("watch --run '%s'"):format(place), 78)
    assert.truthy(errors:find("there is no such spool on this machine", 1, true), errors)
  end)

  it("does nothing by a server that may not know all, until a person has looked, or takes that on", function()
    local place = begun()
    local function refused(why)
      local _, errors = at("a", ("watch --run '%s'"):format(place), 4)
      assert.truthy(errors:find(why, 1, true), errors)
    end
    local function goes_on(more)
      local watcher = start("a", ("watch --run '%s' %s"):format(place, more or ""))
      support.wait_for(function() return watcher.out():find("watching", 1, true) end)
      assert.equal(143, stop(watcher))
    end
    local follower = host:follower()
    refused("--accept-async")
    goes_on("--accept-async")
    follower()
    at("a", ("settle '%s' --after-failover"):format(place))
    host:halt()
    host:take_over()
    refused("took over")
    at("a", ("settle '%s' --after-failover --note CASE-2"):format(place))
    goes_on()
    watches.read(place):close()
  end)
end)
