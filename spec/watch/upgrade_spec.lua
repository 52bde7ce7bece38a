-- idngo watch upgrade and rollback: cases, differences and a backtest of another policy, what of it a mandate holds, and who may
-- change it; upgrades while events come, IDNGO_UPGRADES of them.

local core = require("idngo.core")
local json = require("idngo.json")
local moves = require("idngo.watch.moves")
local runs = require("idngo.watch.run")
local screen = require("idngo.cli.screen")
local support = require("runs")
local uses = require("idngo.watch.uses")
local w = require("watch_lines")
local watches = require("watches")

local POLICY = [[
return { name = "p", version = "%s", on = { "applicantReviewed" },
  decide = function(applicant, facts, event)
    local answer = event.reviewResult and event.reviewResult.reviewAnswer
    %s
    return hold("not green")
  end }]]

local CASES = [[
return {
  { name = "rejected", event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "RED" } }, expect = { "hold" } },
  { name = "approved", event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "GREEN" } },
    facts = { liveness = "GREEN" }, expect = { %s } } }]]

local UPGRADES = tonumber(os.getenv("IDNGO_UPGRADES")) or 3

local server, base, ids
local count = 0

local function command(arguments, expected)
  local out, errors, code = support.command(server, arguments)
  assert.equal(expected or 0, code, arguments .. "\n" .. out .. errors)
  return out, errors
end

--- A policy's file with its cases.
local function policy(version, green, expected)
  count = count + 1
  local path = ("%s/p%d.lua"):format(base, count)
  support.write(path, POLICY:format(version, ('if answer == "GREEN" then return %s end'):format(green)))
  support.write((path:gsub("%.lua$", ".cases.lua")), CASES:format(expected))
  return path
end

local function status(dir) return json.decode((command("status " .. dir .. " --json"))) end

--- A watch that decided about some events, and ended: its folder and spool.
local function watched(green, bodies, more)
  count = count + 1
  local dir, spool = ("%s/watch%d"):format(base, count), ("%s/spool%d"):format(base, count)
  watches.fill(spool, bodies)
  local path = policy("1", green, '"' .. green:match("%w+") .. '"')
  local hash = command(("watch %s --events %s --run %s --no-breaker %s"):format(path, spool, dir, more or ""), 4)
    :match("mandate +(%x+)")
  command(("approve %s %s"):format(dir, hash))
  local watcher = support.start(server, "watch --run " .. dir)
  support.wait_for(function()
    local lines = status(dir).lines
    return (lines.done or 0) + (lines.waiting or 0) == #bodies
  end)
  os.execute("kill -TERM " .. watcher.pid)
  watcher.wait()
  return dir, spool
end

local function events(many, answer)
  local bodies = {}
  for i = 1, many do
    bodies[i] = watches.reviewed(ids[(i - 1) % #ids + 1], i % 4 == 0 and "RED" or answer or "GREEN", core.wall() - 100 + i,
      { inspectionId = tostring(i) })
  end
  return bodies
end

describe("an upgrade of a watch", function()
  setup(function()
    w.setup()
    server, base = support.server { applicants = 40 }, support.folder()
    ids = support.ids(server, "type=individual&review=completed-GREEN&liveness=GREEN&limit=8")
    assert.equal(8, #ids)
  end)
  before_each(w.before)
  after_each(w.after)
  teardown(function() support.clean(server) end)

  it("counts the most uses in any window as a guard does", function()
    assert.equal(0, uses.most({}, 5))
    assert.equal(1, uses.most({ 1, 6, 11 }, 5)) -- a use that is exactly as old as the window is long has left it
    assert.equal(2, uses.most({ 1, 5.9, 11 }, 5))
    local function use(action, person, at) return { action = action, person = person, at = at } end
    local found = uses.of({ deactivate = { { most = 1, seconds = 10 }, { most = 1, seconds = 10, each = true } },
      add_note = "none" }, { use("deactivate", "b", 3), use("deactivate", "a", 1), use("add_note", "a", 1),
      use("deactivate", "a", 20) })
    assert.same({ { action = "deactivate", guard = "1/10s", most = 2, limit = 1 },
      { action = "deactivate", guard = "1/10s@applicant", most = 1, limit = 1 } }, found)
  end)

  it("runs cases, compares, decides again what was decided, and puts the hash of all that into the mandate", function()
    local dir = watched('add_note("seen")', events(8))
    local new = policy("2", 'ask(deactivate("d"), "sure?")', '"deactivate", "ask"')
    local out = command(("watch upgrade %s %s --note CR-7"):format(dir, new))
    assert.truthy(out:find("2 cases, 0 failed", 1, true), out)
    assert.truthy(out:find("applicantReviewed GREEN: no facts at all\n  A  add_note\n  B  ask deactivate: d", 1, true), out)
    assert.truthy(out:find("differences  1 of 2 combinations of answers are decided differently", 1, true), out)
    assert.truthy(out:find("backtest     lines 1 to 8: 2 as before, 6 changed, 0 without the facts\n", 1, true), out)
    assert.truthy(out:find("add_note  ask deactivate  6\n", 1, true), out)
    assert.truthy(out:find("shares       ask 75.0 %% · deactivate 75.0 %% · hold 25.0 %%\n"), out)
    local hash = out:match("taken: (%x+)\n$")
    assert.equal(hash, out:match("\nmandate +(%x+)\n"))
    for line in out:gmatch("[^\n]+") do assert.is_true(screen.width(line) <= 80, line) end
    -- whoever is to approve it sees the same, also while a watcher works
    local shown = command("watch upgrade " .. dir)
    assert.truthy(shown:find("6 changed", 1, true) and shown:find(hash, 1, true), shown)
    local told = json.decode((command("watch upgrade " .. dir .. " --json")))
    assert.same({ from = "add_note", to = "ask deactivate", lines = 6 }, told.report.backtest.moves[1])
    assert.equal(told.mandate.report, core.sha256(json.encode(json.keep_lists(told.report))))
    local said = select(2, command(("approve %s %s"):format(dir, hash)))
    -- and whoever approves it, in the same words
    for _, name in ipairs { "cases", "backtest" } do
      assert.truthy(said:find(("; %s %s"):format(name, out:match("\n" .. name .. " +([^\n]+)\n")), 1, true), said)
    end
    assert.equal("2", status(dir).version)
    assert.truthy(select(2, command("watch upgrade " .. dir)):find("nothing is proposed; mandate 2 is current", 1, true))
    command("audit verify " .. dir)
    assert.is_nil(watches.log(dir))
    -- and back: the policy and the mandate of before, by an approval like any other
    out = command(("watch rollback %s --json"):format(dir))
    local back = json.decode(out:match("^[^\n]+"))
    assert.equal(3, back.mandate.m)
    assert.equal("1", back.mandate.version)
    command(("approve %s %s"):format(dir, back.hash))
    assert.equal("1", status(dir).version)
    assert.equal("stop  taken: mandate 3 lets nothing be done any more\n", (command(("watch stop %s --note CR-9"):format(dir))))
    assert.equal("a person stopped the mandate", status(dir).objection)
    command(("watch stop %s"):format(dir), 1)
    assert.is_nil(watches.log(dir))
  end)

  it("is refused with cases that fail, are missing, or reach too little; and nothing is proposed", function()
    local dir = watched('add_note("seen")', events(2))
    assert.truthy(select(2, command("watch rollback " .. dir, 65)):find("nothing to go back to", 1, true))
    local new = policy("2", 'deactivate("d")', '"pass"')
    assert.truthy(command(("watch upgrade %s %s"):format(dir, new), 3):find("came to: deactivate", 1, true))
    os.remove((new:gsub("%.lua$", ".cases.lua")))
    assert.truthy(select(2, command(("watch upgrade %s %s"):format(dir, new), 3)):find("cases.lua", 1, true))
    new = policy("3", 'deactivate("d")', '"deactivate"')
    command(("watch upgrade %s %s --coverage 100"):format(dir, new))
    local half = support.read(new):gsub('return hold',
      'if answer == "YELLOW" then\n      return pass()\n    end\n    return hold')
    support.write(new, half)
    command(("watch upgrade %s %s --coverage 100"):format(dir, new), 3)
    assert.equal(2, #watches.read(dir).witness.mandates)
  end)

  it("is refused where more than a fifth of the lines lack facts, unless they are read now", function()
    local dir = watched('add_note("seen")', events(8))
    local new = policy("2", '(facts.liveness.answer == "GREEN" and deactivate("d") or hold("h"))', '"deactivate"')
    local before = #support.ledger(server).entries
    local writes = #support.writes(support.ledger(server, "?limit=100000"))
    local _, errors = command(("watch upgrade %s %s"):format(dir, new), 3)
    assert.truthy(errors:find("6 of 8 lines lack facts that the policy reads; more than 20 % may not; --fetch reads them now", 1,
      true), errors)
    assert.equal(before, #support.ledger(server).entries)
    local out = command(("watch upgrade %s %s --fetch"):format(dir, new))
    assert.truthy(out:find("2 as before, 6 changed, 0 without the facts, 6 by facts", 1, true), out)
    local told = json.decode((command("watch upgrade " .. dir .. " --json")))
    assert.is_true(told.report.backtest.examples[1].fetched)
    assert.equal(writes, #support.writes(support.ledger(server, "?limit=100000")))
  end)

  it("shows how much of the guards would have been used, what has none, and what was ignored", function()
    local bodies = events(8)
    bodies[9] = '{"type":"applicantCreated","applicantId":"x"}'
    local dir = watched('add_note("seen")', { table.unpack(bodies, 1, 8) })
    local new = policy("2", 'deactivate("d")', '"deactivate"')
    local out = command(("watch upgrade %s %s --max deactivate=2/1h"):format(dir, new))
    assert.truthy(out:find("deactivate 6 of 2/1h, beyond it · deactivate 1 of 3/1d@applicant", 1, true), out)
    out = command(("watch upgrade %s %s"):format(dir, new))
    assert.truthy(out:find("would wait   deactivate 6: the mandate has no --max", 1, true), out)
    out = command(("watch upgrade %s %s --last 2"):format(dir, new))
    assert.truthy(out:find("lines 7 to 8: 1 as before, 1 changed", 1, true), out)
  end)

  it("makes bands of what was decided, where that is enough, and where another watch begins", function()
    local bodies = {}
    for i = 1, 220 do
      bodies[i] = watches.reviewed(("%024x"):format(i), i % 4 == 0 and "RED" or "GREEN", core.wall() - 300 + i)
    end
    local dir = watched('hold("by hand")', bodies)
    local new = policy("2", 'ask(deactivate("d"), "sure?")', '"deactivate", "ask"')
    local out = command(("watch upgrade %s %s --expect ask=1%%..99%%"):format(dir, new))
    assert.truthy(out:find("breaker +ask 1 %% to 99 %%"), out)
    local bands = json.decode((command("watch upgrade " .. dir .. " --json"))).mandate.breaker
    assert.same({ low = 0.3744, share = 0.75 }, bands.deactivate) -- 165 of 220 lines
    assert.same({ high = 0.5023, low = 0.1255, share = 0.25 }, bands.hold)
    assert.same({ high = 0.0223, share = 0 }, bands.pass)
    out = command(("watch upgrade %s %s --last 100"):format(dir, new))
    assert.truthy(out:find("breaker +none"), out) -- as before
    local path = policy("1", 'hold("by hand")', '"hold"')
    local begun = ("watch %s --events %s --run %s.new --history %s"):format(path, base, dir, dir)
    assert.truthy(select(2, command(begun .. " --last 100", 3)):find("has 100 such lines", 1, true))
    out = command(begun, 4)
    assert.truthy(out:find("error 0 % to 2.23 % · hold 49.88 % to 100 %", 1, true), out)
    assert.truthy(out:find("backtest +lines 1 to 220: 220 as before"), out)
    assert.truthy(out:find("shares +hold 100.0 %%\n"), out)
  end)

  it("has a shadow where that is wanted, which is shown by every command that shows the proposal", function()
    local dir, spool = watched('add_note("seen")', events(2))
    local new = policy("2", 'deactivate("d")', '"deactivate"')
    command(("watch upgrade %s %s --shadow 0"):format(dir, new), 2)
    local hash = command(("watch upgrade %s %s --shadow 3"):format(dir, new)):match("taken: (%x+)\n$")
    assert.truthy(command("status " .. dir):find("proposed +p 2, mandate 2; shadow: 0 of 3 lines, 0 decided differently"))
    local out, errors = command(("approve %s %s"):format(dir, hash), 1)
    assert.truthy(out:find("refused: its shadow has seen 0 of 3 lines", 1, true), out)
    assert.truthy(errors:find("; shadow 0 of 3 lines", 1, true), errors)
    local watcher = support.start(server, "watch --run " .. dir)
    watches.fill(spool, { watches.reviewed(ids[3], "GREEN", core.wall()), watches.reviewed(ids[4], "GREEN", core.wall()),
      watches.reviewed(ids[5], "RED", core.wall()) })
    support.wait_for(function() return status(dir).proposed.shadow.lines == 3 end)
    out = command("watch upgrade " .. dir)
    assert.truthy(out:find("add_note  deactivate  2\nshadow  3 of 3 lines, 2 decided differently\n", 1, true), out)
    for line in out:gmatch("[^\n]+") do assert.is_true(screen.width(line) <= 80, line) end
    command(("approve %s %s"):format(dir, hash))
    assert.equal("2", status(dir).version)
    os.execute("kill -TERM " .. watcher.pid)
    assert.equal(143, watcher.wait())
    assert.is_nil(watches.log(dir))
  end)

  it("is proposed with its report, or not at all", function()
    w.approved()
    local text, report = "policy 1", '{"backtest":{}}'
    local function propose(changes, with)
      local mandate = runs.mandate(w.store, { policy = { text = text, info = { name = "p", version = "2", on = w.ON } },
        seconds = 86400, report = report })
      for name, value in pairs(changes) do mandate[name] = value end
      return (w.say { event = "told", what = "propose", policy = text, mandate = mandate, report = with })
    end
    assert.equal("refused: it is another report's mandate", propose({}, nil))
    assert.equal("refused: it is another report's mandate", propose({}, report .. " "))
    assert.equal("refused: it is another report's mandate", propose({ report = core.sha256("x") }, report))
    assert.truthy(propose({ report = "x" }, report):find("its report is missing, or not", 1, true))
    assert.truthy(propose({}, report):find("^taken"))
    assert.equal(w.store.witness.mandates[1].guards.deactivate, "none")
    assert.equal(w.store.witness.mandates[2].guards.deactivate, "none") -- as in the mandate before
    local id = w.store.witness.mandates[2].report
    assert.equal(report, w.store:get("report " .. id))
    for _, sql in ipairs { "UPDATE run SET value = '{}' WHERE name LIKE 'report %'",
      "DELETE FROM run WHERE name LIKE 'report %'" } do
      w.store.tables:exec("SAVEPOINT s")
      w.store.tables:exec(sql)
      local ok, problem = pcall(w.store.check, w.store)
      assert.is_false(ok)
      assert.truthy(tostring(problem):find("report " .. id, 1, true))
      w.store.tables:exec("ROLLBACK TO s; RELEASE s")
    end
    w.is_sound()
  end)

  --- Makes another mandate current in a watch without a watcher.
  local function switch(changes)
    local before = w.store.witness.mandates[#w.store.witness.mandates]
    local mandate, text = {}, "policy " .. before.m + 1
    for name, value in pairs(before) do mandate[name] = value end
    mandate.m, mandate.policy, mandate.backlog, mandate.redecide = before.m + 1, core.sha256(text), nil, nil
    for name, value in pairs(changes) do mandate[name] = value end
    local verdict = w.say { event = "told", what = "propose", policy = text, mandate = mandate }
    if verdict:find("^taken") then assert.equal("taken: 1 of 1", (w.approve_mandate())) end
    return verdict
  end

  it("leaves what is not decided yet to the policy before, where that is wanted", function()
    w.approved { breaker = { deactivate = { high = 0.05 } } }
    local function come(...)
      for _, id in ipairs { ... } do w.take { w.reviewed(id, "GREEN", w.NOW + 1) } end
    end
    local function decide(n, m)
      return w.store:decide(n, m, { facts = {}, decision = "act", counter = 0,
        steps = { { action = "deactivate", args = "{}" } } })
    end
    come("a", "b")
    assert.truthy(switch { backlog = "new" }:find("its backlog is missing, or not what it must be", 1, true))
    assert.truthy(switch { backlog = "old", redecide = "waiting" }:find("refused: .*has what waits decided again"))
    assert.truthy(switch { backlog = "old" }:find("^taken"))
    come("c")
    assert.truthy(switch { backlog = "old", guards = {} }:find("^taken"))
    come("d")
    local seen = w.store.witness
    assert.same({ 1, 1, 2, 3 }, { seen:decider(1), seen:decider(2), seen:decider(3), seen:decider(4) })
    assert.equal("again", decide(1, 3))
    assert.equal("written", decide(1, 1))
    assert.equal("written", decide(3, 2))
    assert.equal("written", decide(4, 3))
    assert.equal(1, seen.breaker.decisions) -- the bands are those of what the current one decides
    local function state(n)
      local line = w.store:line(n)
      return { line.state, line.row.why, line.row.m }
    end
    assert.same({ "open", nil, 1 }, state(1)) -- by its own mandate, and that one's guards
    assert.same({ "open", nil, 2 }, state(3))
    assert.same({ "waiting", "mandate", 3 }, state(4))
    assert.is_nil(w.intend(1))
    local dir = w.run.dir
    w.run:close()
    w.run = assert(runs.open(dir)) -- as the log has it
    w.store = w.run.store
    assert.equal(1, w.store.witness:decider(2))
    switch {}
    assert.equal(4, w.store.witness:decider(2))
    assert.truthy(w.store.witness:take { event = "mandate", m = 4, last = 3 })
    w.is_sound()
  end)

  it("has what waits decided again, where that is wanted and nothing of it was sent", function()
    w.approved { max = { "deactivate=1/1d" } }
    local ids_ = { "a", "b", "c", "d" }
    for i, id in ipairs(ids_) do
      w.take { w.reviewed(id, "GREEN", w.NOW + 1) }
      local first, asked = i == 2 and "reset_step" or "deactivate", i == 2 and "sure?" or nil
      if i < 4 then w.decide(i, { first, "send_status_email" }, { asked = asked }) end
    end
    w.take { w.reviewed("late", "GREEN", w.NOW - 91 * 86400) }
    local function states()
      local list = {}
      for n = 1, 5 do list[n] = (w.state(n)) end
      return table.concat(list, " ")
    end
    assert.equal("waiting waiting waiting new waiting", states()) -- e-mails are not covered
    switch {}
    assert.equal("waiting waiting waiting new waiting", states())
    -- a part of a line was sent
    w.say { event = "approved", line = 3, target = w.store:target(w.store:line(3)) }
    assert.is_nil(w.intend(3))
    w.settle(3, 1, "applied")
    local line = w.store:line(3)
    w.store:transaction(function()
      w.store:record("line", { line = 3, state = "waiting", why = "error" })
      moves.wait(w.store, w.store:line(3), "error")
    end)
    assert.equal("waiting", (w.state(3)), line.state)
    local own = w.store.after_switch
    w.store.after_switch = function() end -- killed before
    assert.truthy(switch { redecide = "waiting" }:find("^taken"))
    w.store.after_switch = own
    assert.equal("waiting waiting waiting new waiting", states())
    w.run:close()
    w.run = assert(runs.open(w.run.dir))
    w.store = w.run.store
    w.store:after_switch() -- as the watcher does when it begins
    assert.equal("new new waiting new waiting", states()) -- what is late was decided by none
    w.decide(1, { "send_status_email" })
    w.store:after_switch()
    assert.equal("waiting new waiting new waiting", states()) -- as the current one decides
    w.is_sound()
  end)

  it("has evaluators of the policy before as long as lines are left to it, also when it begins anew", function()
    local dir, spool = watched('add_note("v1")', events(2))
    local new = policy("2", 'add_note("v2")', '"add_note"')
    local bodies = {}
    for i = 1, 6 do bodies[i] = watches.reviewed(ids[i], "GREEN", core.wall(), { inspectionId = "later " .. i }) end
    watches.fill(spool, bodies)
    -- taken, and not decided: as by a watcher that is killed
    local run = assert(runs.open(dir))
    local reads, move = {}, { run.store.witness.places["1"] or 0, 0 }
    for record in require("idngo.webhook.spool").open(spool, run.store.witness.places):records() do
      reads[#reads + 1], move.segment, move[2] = require("idngo.watch.event").read(record), record.segment, record.to
    end
    move[1] = run.store.witness.places[move.segment] or 0
    run.store:take({ [move.segment] = { move[1], move[2] } }, reads)
    run:close()
    assert.equal(6, status(dir).lines.new)
    local out = command(("watch upgrade %s %s --backlog old"):format(dir, new))
    assert.truthy(out:find("backlog +left to the policy before: what is not decided by then"), out)
    command(("watch upgrade %s %s --backlog old --redecide waiting"):format(dir, new), 2)
    command(("watch upgrade %s %s --backlog new"):format(dir, new), 2)
    command(("approve %s %s"):format(dir, out:match("taken: (%x+)\n$")))
    local watcher = support.start(server, "watch --run " .. dir)
    watches.fill(spool, { watches.reviewed(ids[7], "GREEN", core.wall(), { inspectionId = "last" }) })
    support.wait_for(function()
      local lines = status(dir).lines
      return (lines.done or 0) + (lines.waiting or 0) == 9
    end)
    os.execute("kill -TERM " .. watcher.pid)
    assert.equal(143, watcher.wait())
    local by = {}
    for _, record in ipairs(watches.records(dir)) do
      if record.event == "decided" and record.line > 2 then by[record.line - 2] = record.m end
    end
    assert.same({ 1, 1, 1, 1, 1, 1, 2 }, by)
    assert.is_nil(watches.log(dir))
  end)

  it("takes hold between two decisions while events come: none is lost, and each names the mandate of its moment", function()
    local dir, spool = watched('add_note("seen")', events(4))
    local watcher, sent = support.start(server, "watch --run " .. dir), 4
    for i = 2, UPGRADES + 1 do
      local new = policy(tostring(i), ('add_note("v%d")'):format(i), '"add_note"')
      local bodies, later = {}, {}
      for k = 1, 60 do
        bodies[k] = watches.reviewed(ids[k % #ids + 1], "GREEN", core.wall(), { inspectionId = ("%d.%d"):format(i, k) })
      end
      for k = 1, 10 do
        later[k] = watches.reviewed(ids[k % #ids + 1], "GREEN", core.wall() + 1, { inspectionId = ("%d-%d"):format(i, k) })
      end
      watches.fill(spool, bodies)
      sent = sent + #bodies + #later
      local hash = command(("watch upgrade %s %s"):format(dir, new)):match("taken: (%x+)\n$")
      if i % 3 == 0 then
        os.execute("kill -KILL " .. watcher.pid)
        watcher.wait()
        watcher = support.start(server, "watch --run " .. dir)
      end
      command(("approve %s %s"):format(dir, hash))
      watches.fill(spool, later)
    end
    support.wait_for(function()
      local lines = status(dir).lines
      local ended = (lines.done or 0) + (lines.superseded or 0) + (lines.waiting or 0)
      return (lines.new or 0) + (lines.open or 0) == 0 and ended == sent
    end)
    os.execute("kill -TERM " .. watcher.pid)
    assert.equal(143, watcher.wait())
    local m, decided = nil, {}
    for _, record in ipairs(watches.records(dir)) do
      if record.event == "mandate" then m = record.m end
      if record.event == "decided" then
        assert.equal(m, record.m)
        decided[m] = true
      end
    end
    assert.equal(UPGRADES + 1, m)
    assert.is_true(decided[1] and decided[m])
    assert.is_nil(watches.log(dir))
    command("audit verify " .. dir)
  end)
end)
