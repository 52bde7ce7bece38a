-- idngo watch and what people say to it: commands beside a watcher that works, one that stands by, an upgrade, signals.

local core = require("idngo.core")
local json = require("idngo.json")
local prometheus_text = require("prometheus_text")
local support = require("runs")
local watches = require("watches")

local POLICY = [[
return { name = "reviewed", version = "%s", on = { "applicantReviewed" },
  decide = function(applicant, facts, event)
    if event.reviewResult.reviewAnswer ~= "GREEN" then return hold("not green") end
    return ask(add_note("seen by %s"), "look at it")
  end }]]

-- of every version of it
local CASES = [[
return {
  { name = "rejected", event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "RED" } }, expect = { "hold" } },
  { name = "approved", event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "GREEN" } },
    expect = { "add_note", "ask" } } }]]

local server, ids, base
local count = 0

--- A watch that was begun and is not approved: its folder, spool, and the hash of its mandate.
local function begin(more, policy)
  count = count + 1
  local dir, spool = ("%s/watch%d"):format(base, count), ("%s/spool%d"):format(base, count)
  core.folder(spool)
  support.write(base .. "/policy.lua", policy or POLICY:format("1", "one"))
  support.write(base .. "/policy.cases.lua", CASES)
  local out, errors, code = support.command(server, ("watch %s/policy.lua --events %s --run %s --no-breaker %s"):format(base,
    spool, dir, more or ""))
  assert.equal(4, code, errors)
  return dir, spool, out:match("mandate +(%x+)")
end

local function command(arguments, expected)
  local out, errors, code = support.command(server, arguments)
  assert.equal(expected or 0, code, arguments .. "\n" .. out .. errors)
  return out, errors
end

local function waiting(dir) return (command(("list %s --state waiting --columns n --csv"):format(dir))):match("\n(%d+)") end

local function start(dir, more)
  local watcher = support.start(server, ("watch --run %s %s"):format(dir, more or ""))
  return watcher
end

--- What a watcher that was started with --listen answers: a function of curl's words behind the URL.
local function asker(watcher)
  local url
  support.wait_for(function()
    url = watcher.errors():match("at (http://127%.0%.0%.1:%d+)")
    return url
  end)
  return function(path, more)
    return (support.shell(("curl -s -m 30 -w '%%{http_code}' %s %s%s"):format(more or "", url, path)))
  end
end

local function stop(watcher, signal)
  os.execute(("kill -%s %s"):format(signal or "TERM", watcher.pid))
  return watcher.wait()
end

describe("idngo watch", function()
  setup(function()
    server, base = support.server { applicants = 20 }, support.folder()
    ids = support.ids(server, "type=individual&review=completed-GREEN&limit=4")
  end)
  teardown(function() support.clean(server) end)

  it("sends nothing before its mandate is approved, answers people while it works, and ends with 143", function()
    local dir, spool, hash = begin()
    command(("watch --run %s"):format(dir), 4)
    assert.truthy(command(("approve %s %s"):format(dir, ("0"):rep(64)), 1):find("refused", 1, true))
    assert.truthy(command(("approve %s %s --note CR-1"):format(dir, hash)):find("taken: 1 of 1", 1, true))
    local watcher = start(dir)
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall()), watches.reviewed(ids[2], "RED", core.wall()) })
    support.wait_for(function() return waiting(dir) end)
    local n = waiting(dir)
    local none = ("reject %s --why ask --action deactivate"):format(dir)
    assert.truthy(select(2, command(none, 65)):find("no line is named", 1, true))
    assert.truthy(select(2, command(("approve %s %s --withdraw"):format(dir, n), 1)):find("^" .. n .. "  ask"))
    local explained = command(("explain %s %s"):format(dir, n))
    assert.truthy(explained:find("waiting for ask", 1, true))
    assert.is_nil(explained:find("decided again", 1, true))
    assert.equal(0, #support.writes(support.ledger(server)))
    assert.equal("taken: 1 of 1", json.decode((command(("approve %s %s %s --why ask --json"):format(dir, n, n)))).verdict)
    support.wait_for(function() return #support.writes(support.ledger(server)) == 1 end)
    assert.truthy(command(("approve %s %s"):format(dir, n), 1):find("stale", 1, true))
    assert.equal(143, stop(watcher))
    assert.truthy(command("status " .. dir):find("lines +2 done"))
    command("audit verify " .. dir)
    command("resume " .. dir, 78)
    command("purge --yes " .. dir) -- all of it is over
    command("audit verify " .. dir)
    command("status " .. dir)
  end)

  it("explains a decision as it was made: of an event that names nobody, and why people were asked", function()
    local dir, spool, hash = begin()
    command(("approve %s %s"):format(dir, hash))
    local watcher = start(dir)
    watches.fill(spool, { '{"type":"applicantReviewed","reviewResult":{"reviewAnswer":"GREEN"}}',
      watches.reviewed(ids[1], "GREEN", core.wall()) })
    support.wait_for(function() return command("status " .. dir):find("lines +2 waiting") end)
    stop(watcher)
    for n, reason in ipairs { "the event names no applicant, and the policy decided add_note", "look at it" } do
      local told = json.decode((command(("explain %s %d --json"):format(dir, n))))
      assert.truthy(told.reason:find(reason, 1, true), told.reason)
      assert.is_true(told.same, told.again)
    end
  end)

  it("stands by while another works, and takes over when that is killed", function()
    local dir, spool, hash = begin()
    command(("approve %s %s"):format(dir, hash))
    local first = start(dir)
    support.wait_for(function() return select(2, support.command(server, "approve " .. dir .. " 1")) ~= "" end)
    local second = start(dir)
    support.wait_for(function() return second.errors():find("standing by", 1, true) end)
    stop(first, "KILL")
    watches.fill(spool, { watches.reviewed(ids[3], "GREEN", core.wall()) })
    support.wait_for(function() return waiting(dir) end)
    assert.equal(143, stop(second))
  end)

  it("goes by another policy when that was approved, and not before; a file that changed changes nothing", function()
    local dir, spool, hash = begin()
    command(("approve %s %s"):format(dir, hash))
    support.write(base .. "/policy.lua", POLICY:format("2", "two"))
    assert.truthy(select(2, command(("watch %s/policy.lua --run %s"):format(base, dir), 2)):find("watch upgrade", 1, true))
    local watcher = start(dir)
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall()) })
    support.wait_for(function() return waiting(dir) end)
    local proposed = command(("watch upgrade %s %s/policy.lua"):format(dir, base)):match("taken: (%x+)")
    assert.truthy(command("status " .. dir):find("reviewed 1, mandate 1", 1, true))
    command(("approve %s %s"):format(dir, proposed))
    assert.truthy(command("status " .. dir):find("reviewed 2, mandate 2", 1, true))
    watches.fill(spool, { watches.reviewed(ids[2], "GREEN", core.wall()) })
    support.wait_for(function() return command("list " .. dir .. " --state waiting"):find(ids[2], 1, true) end)
    -- another policy does not stand by beside the watcher, to be refused when that ends
    support.write(base .. "/policy.lua", POLICY:format("3", "three"))
    local third = support.start(server, ("watch %s/policy.lua --run %s"):format(base, dir))
    assert.equal(2, third.wait())
    assert.truthy(third.errors():find("policy.lua is not the policy of this watch; idngo watch", 1, true))
    assert.truthy(select(2, command(("watch %s/none.lua --run %s"):format(base, dir), 65)):find("none.lua: ", 1, true))
    assert.equal(143, stop(watcher))
    local store = watches.read(dir)
    assert.same({ 1, 2 }, { store:line(1).row.m, store:line(2).row.m })
    store:close()
    assert.is_nil(watches.log(dir))
  end)

  it("is refused options that its mandate says otherwise, and another spool; those that say the same are taken", function()
    local dir, spool, hash = begin("--keep 90d --max deactivate=5/1h --line-approvals 2")
    assert.truthy(command(("watch --run %s"):format(dir), 4):find("keep +what is personal in lines that are over: 90 days"))
    local function refused(options, words)
      local said = select(2, command(("watch --run %s %s"):format(dir, options), 2))
      assert.truthy(said:find(words, 1, true), said)
    end
    refused("--keep 30d --max deactivate=6/1h --require-approvals 3 --line-approvals 1 --not-the-proposer "
      .. "--expect hold=5%..30%",
      "mandate 1 says otherwise than --max, --expect, --require-approvals, --line-approvals, --not-the-proposer, --keep; "
        .. "idngo watch upgrade ")
    refused("--keep all", "than --keep;")
    refused("--expires 30d", "than --expires;")
    refused("--events " .. base, "this watch reads the spool " .. spool .. ", and no other")
    for _, age in ipairs { "23h", "0d", "some", "" } do
      refused(("--keep '%s'"):format(age), "a day or longer, such as 90d, or all")
    end
    command(("approve %s %s"):format(dir, hash))
    local watcher = support.start(server, ("watch %s/policy.lua --run %s --events %s --no-breaker --keep 90d"
      .. " --expires 90d --max deactivate=5/1h --line-approvals 2 --require-approvals 1"):format(base, dir, spool))
    support.wait_for(function() return watcher.out():find("watching", 1, true) end)
    local function proposed(options)
      command(("watch upgrade %s %s/policy.lua --no-breaker %s"):format(dir, base, options))
      return command("watch upgrade " .. dir):match("keep +[^\n]+: (%d+) days")
    end
    assert.same({ "90", "30" }, { proposed(""), proposed("--keep 30d") })
    assert.is_nil(proposed("--keep all"))
    assert.truthy(command("status " .. dir):find("\nkeep +what is personal in lines that are over: 90 days\n"))
    assert.equal(143, stop(watcher))
  end)

  it("asks nobody about a mandate that was rejected, and goes by the one of before", function()
    local dir, spool, hash = begin()
    command(("approve %s %s"):format(dir, hash))
    support.write(base .. "/policy.lua", POLICY:format("2", "two"))
    local proposed = command(("watch upgrade %s %s/policy.lua"):format(dir, base)):match("taken: (%x+)")
    local said = select(2, command(("watch %s/policy.lua --run %s"):format(base, dir), 2))
    assert.truthy(said:find("is not the policy of this watch; it is proposed: idngo watch upgrade %S+ shows it"), said)
    command(("reject %s %s"):format(dir, proposed))
    assert.equal("idngo: nothing is proposed; mandate 1 is current\n", select(2, command("watch upgrade " .. dir)))
    assert.is_nil(json.decode((command(("status %s --json"):format(dir)))).proposed)
    assert.truthy(command(("watch --run %s --approve %s"):format(dir, proposed), 4):find("stale: it was rejected", 1, true))
    said = select(2, command(("watch %s/policy.lua --run %s"):format(base, dir), 2))
    assert.truthy(said:find("watch upgrade %S+ %S+ proposes it"), said)
    support.write(base .. "/policy.lua", POLICY:format("1", "one"))
    local watcher = support.start(server, ("watch %s/policy.lua --run %s"):format(base, dir))
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall()) })
    support.wait_for(function() return waiting(dir) end)
    assert.equal(143, stop(watcher))
    assert.is_nil(watcher.errors():find("is not approved", 1, true))
    assert.is_nil(watches.log(dir))
  end)

  it("decides about test events where its mandate says so, and not about those of another account", function()
    local dir, _, hash = begin()
    command(("approve %s %s"):format(dir, hash))
    local said = select(2, command(("watch --run %s --accept-tests"):format(dir), 2))
    assert.truthy(said:find("mandate 1 does not have events in testMode decided; "
      .. "idngo watch upgrade %S+ POLICY %-%-accept%-tests"), said)
    local spool
    dir, spool, hash = begin("--accept-tests")
    assert.truthy(command(("watch --run %s"):format(dir), 4):find("events +applicantReviewed; those in testMode, too\n"))
    command(("approve %s %s"):format(dir, hash))
    local config = support.write(base .. "/config", "client_id = acme\n")
    local watcher = support.start(server, ("--config-file %s watch --run %s --accept-tests --listen 127.0.0.1:0"):format(config,
      dir))
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall(), { testMode = true, sandboxMode = true }),
      watches.reviewed(ids[2], "GREEN", core.wall(), { sandboxMode = false }),
      watches.reviewed(ids[3], "GREEN", core.wall(), { clientId = "sandbox" }) })
    support.wait_for(function() return waiting(dir) end)
    local status = command("status " .. dir)
    assert.truthy(status:find("events +1 line, 2 ignored"), status)
    assert.truthy(status:find("ignored +1 another clientId, 1 another sandboxMode\n"), status)
    local text = asker(watcher)("/metrics")
    assert.truthy(text:find('idngo_watch_ignored_events_total{why="another clientId"} 1\n', 1, true), text)
    assert.truthy(text:find('idngo_watch_ignored_events_total{why="another sandboxMode"} 1\n', 1, true), text)
    assert.equal(143, stop(watcher))
    -- whoever proposes the next mandate says it again, or does without
    command(("watch upgrade %s %s/policy.lua --no-breaker"):format(dir, base))
    assert.is_nil(command("watch upgrade " .. dir):find("testMode", 1, true))
    command(("watch upgrade %s %s/policy.lua --no-breaker --accept-tests"):format(dir, base))
    assert.truthy(command("watch upgrade " .. dir):find("those in testMode, too", 1, true))
  end)

  it("needs as many people as it says, each with a key of their own", function()
    local dir, _, hash = begin("--require-approvals 2")
    assert.truthy(command(("approve %s %s"):format(dir, hash)):find("taken: 1 of 2", 1, true))
    assert.truthy(command(("approve %s %s"):format(dir, hash), 1):find("approved it already", 1, true))
    command(("watch --run %s"):format(dir), 4)
    assert.truthy(command(("reject %s %s"):format(dir, hash)):find("taken: rejected", 1, true))
    assert.truthy(select(2, command(("watch --run %s"):format(dir), 4)):find("the mandate was rejected", 1, true))
    assert.equal("idngo: nothing is proposed; no mandate is current\n", select(2, command("watch upgrade " .. dir)))
  end)

  it("shows what is left beside the error that came after, for it counts as soon as a watcher takes it", function()
    local dir, _, hash = begin()
    local function without_state(more)
      return support.shell(("%s IDNGO_STATE_DIR=/dev/null/x lua5.4 bin/idngo approve %s %s %s </dev/null"):format(
        support.env(server), dir, hash, more))
    end
    local out, errors, code = without_state ""
    assert.equal(74, code, out .. errors)
    assert.equal("mandate " .. hash:sub(1, 8) .. "  left; a watcher will take it\n", out)
    assert.truthy(errors:find("what is left could not be taken in here: no place for what is kept about runs", 1, true), errors)
    assert.is_nil(errors:find("not_sent", 1, true), errors)
    out, errors, code = without_state "--json"
    assert.equal(74, code, out .. errors)
    local first, second = out:match("^(.-)\n(.-)\n$")
    assert.equal("left", json.decode(first).verdict)
    assert.equal("unknown", json.decode(second).error.outcome)
    -- whoever has the watch next takes all of it in, in whatever order; one of the three counts
    support.command(server, ("approve %s %s"):format(dir, hash))
    local verdicts = { taken = 0, stale = 0 }
    for _, record in ipairs(watches.records(dir)) do
      local word = record.event == "answered" and record.verdict:match("^%l+")
      if word then verdicts[word] = verdicts[word] + 1 end
    end
    assert.same({ taken = 1, stale = 2 }, verdicts)
  end)

  it("tells on a port of this machine how it is, and what it comes to; nobody by name", function()
    local dir, spool, hash = begin("--max add_note=2/1h --expires 10d")
    command(("watch --run %s --listen 0.0.0.0:0"):format(dir), 2)
    command(("approve %s %s"):format(dir, hash))
    local watcher = start(dir, "--listen 127.0.0.1:0")
    local ask = asker(watcher)
    assert.equal("degraded\nthe mandate ends within 14 days\n200", ask("/healthz"))
    assert.truthy(ask("/other"):find("404$"))
    assert.truthy(ask("/metrics", "-d x"):find("405$"))
    assert.equal("200", ask("/healthz", "-I"):match("%d+$"))
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall()), watches.reviewed(ids[2], "RED", core.wall()), "{",
      watches.reviewed(ids[2], "GREEN", core.wall(), { testMode = true }), '{"type":"applicantCreated","applicantId":"x"}' })
    local text
    support.wait_for(function()
      text = ask("/metrics")
      return text:find('idngo_watch_waiting_lines{why="ask"} 1\n', 1, true)
        and text:find('idngo_watch_decisions_total{decision="hold"} 1\n', 1, true)
    end)
    for _, wanted in ipairs { 'idngo_watch_events_total{result="line"} 2', 'idngo_watch_lines{state="waiting"} 1',
      'idngo_watch_lines_total{state="done"} 1', 'idngo_watch_steps{action="add_note",state="planned"} 1',
      'idngo_watch_guard_uses{action="add_note",window="1h",scope="all"} 0',
      'idngo_watch_guard_limit{action="add_note",window="1h",scope="all"} 2',
      'idngo_watch_decision_seconds_count 2', 'idngo_watch_decision_seconds_bucket{le="+Inf"} 2',
      "idngo_watch_action_seconds_count 0",
      "idngo_watch_breaker_openings_total 0", "idngo_watch_spool_unread_bytes 0",
      'idngo_watch_breaker_open{category="unknown",side="up"} 0', "idngo_watch_paused 0", "idngo_watch_letters_unread 0",
      "idngo_shadow_passed_over_total 0",
      'idngo_watch_events_total{result="ignored"} 3', 'policy="reviewed",policy_version="1",mandate="1"} 1' } do
      assert.truthy(text:find(wanted .. "\n", 1, true), wanted .. " is not in: " .. text)
    end
    assert.truthy(command("status " .. dir):find("ignored +1 no event, 1 testMode, 1 type not in on"))
    assert.same({}, prometheus_text.flaws((text:gsub("200$", ""))))
    for _, id in ipairs(ids) do assert.is_nil(text:find(id, 1, true)) end
    -- the service refuses the account: nothing is done that should be
    support.faults(server, { { endpoint = "add_note", status = 401 } })
    command(("approve %s %s"):format(dir, waiting(dir)))
    support.wait_for(function() return ask("/healthz"):find("^failing\nthe service refuses the account\n.*503$") end)
    support.forget(server)
    support.wait_for(function()
      text = ask("/metrics"):gsub("200$", "")
      return text:find('idngo_watch_lines_total{state="done"} 2\n', 1, true)
    end)
    assert.same({}, prometheus_text.flaws(text))
    assert.truthy(text:find('idngo_client_responses_total{endpoint="add_note",code="401"}', 1, true), text)
    for _, id in ipairs(ids) do assert.is_nil(text:find(id, 1, true)) end
    assert.equal(143, stop(watcher))
    -- what was counted of the watch is counted on
    watcher = start(dir, "--listen 127.0.0.1:0")
    local later, counters = asker(watcher)("/metrics"), 0
    for line in text:gmatch("[^\n]+") do
      local name = line:match("^idngo_watch_[%l_]+") or ""
      if name:find("_total$") or name:find("_bucket$") or name:find("_count$") or name:find("_sum$") then
        counters = counters + 1
        assert.truthy(later:find("\n" .. line .. "\n", 1, true), line)
      end
    end
    assert.is_true(counters > 20)
    assert.equal(143, stop(watcher))
  end)

  it("says of a log that does not verify that it does not, in every command, and nothing else of it", function()
    local dir, spool, hash = begin()
    command(("approve %s %s"):format(dir, hash))
    local watcher = start(dir)
    watches.fill(spool, { watches.reviewed(ids[1], "GREEN", core.wall()) })
    support.wait_for(function() return waiting(dir) end)
    assert.equal(143, stop(watcher))
    local changed = dir .. ".changed"
    assert(os.execute(("cp -r %s %s"):format(dir, changed)))
    local db = assert(require("idngo.journal").open(changed .. "/journal.db", false))
    assert(db:exec("UPDATE audit SET hash = replace(hash, 'a', 'b') WHERE seq = (SELECT max(seq) FROM audit)"))
    db:close()
    support.shell(("IDNGO_AUDIT_KEY_FILE=%s/other.key lua5.4 bin/idngo audit key"):format(base))
    -- its log may verify, and a table not be what that says
    local letters = dir .. ".letters"
    assert(os.execute(("cp -r %s %s"):format(dir, letters)))
    db = assert(require("idngo.journal").open(letters .. "/journal.db", false))
    assert(db:exec("UPDATE letters SET verdict = 'taken: 2 of 2'"))
    db:close()
    for of, said in pairs { [dir] = "was not checked", [changed] = "does not bear out", [letters] = "does not bear out" } do
      local env = support.env(server) .. (of == dir and " IDNGO_AUDIT_KEY_FILE=/dev/null/key" or "")
      local out, errors, code = support.shell(("%s lua5.4 bin/idngo status %s"):format(env, of))
      assert.equal(of == dir and 78 or 1, code, errors)
      assert.truthy(out:find("mandate +not known: the log " .. said), out)
      local numbers = json.decode((support.shell(("%s lua5.4 bin/idngo status %s --json"):format(env, of))))
      assert.is_nil(numbers.m or numbers.policy)
      assert.truthy(of == dir and numbers.unchecked or numbers.log)
    end
    for _, of in ipairs { { dir, ("IDNGO_AUDIT_KEY_FILE=%s/other.key"):format(base) },
      { dir, "IDNGO_AUDIT_KEY_FILE=/dev/null/key" }, { changed, "" } } do
      for _, line in ipairs { "status %s", "status %s --json", "list %s", "settle %s", "breaker %s", "explain %s 1", "report %s",
        "approve %s 1", "retry %s 1", "undo %s --run " .. base .. "/none", "watch --run %s", "audit verify %s" } do
        local out, errors, code = support.shell(("%s %s lua5.4 bin/idngo %s </dev/null"):format(support.env(server), of[2],
          line:format(of[1])))
        assert.truthy(code ~= 0, line .. out .. errors)
        assert.is_nil((out .. errors):find("%.lua:%d"), line .. out .. errors)
        assert.is_nil(out:find("mandate 1", 1, true), line .. out)
      end
    end
  end)

  it("shows commands that can be typed as they stand", function()
    local dir, _, hash = begin()
    command(("approve %s %s"):format(dir, hash))
    local path = base .. "/it's 100%.lua"
    support.write(path, POLICY:format("3", "three"))
    support.write(base .. "/it's 100%.cases.lua", CASES)
    local said = select(2, command(("watch '%s' --run %s"):format(path:gsub("'", "'\\''"), dir), 2))
    local shown = said:match("; idngo (watch upgrade .-) proposes it")
    assert.truthy(command(shown):find("taken: ", 1, true))
  end)
end)
