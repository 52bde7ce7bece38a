-- Runs in PostgreSQL, by the command: the same plan, carried out in the same way, gone on with wherever the server can be
-- reached; and what does not take one yet.

local json = require("idngo.json")
local postgres = require("postgres")
local support = require("runs")

local POLICY = [[
return { name = "block-duplicates", version = "1", decide = function(applicant, facts)
  if facts.duplicates.answer == "RED" then return deactivate("duplicate"), send_status_email() end
  return pass()
end }]]

if not postgres.is_there then
  describe("idngo, with runs in PostgreSQL", function() pending("postgresql is not installed") end)
  return
end

describe("idngo, with runs in PostgreSQL", function()
  local host, server, folder, policy, strangers, account
  local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end
  local function url(name) return "'" .. host:url(name) .. "'" end

  local count = 0
  --- A run that is planned: its address, and what plan said.
  local function planned()
    count = count + 1
    local place = url("run-" .. count)
    local out, errors, code = idngo("plan %s --input %s --run %s --json", policy, strangers, place)
    assert.equal(0, code, errors)
    return place, json.decode(out)
  end

  setup(function()
    host = postgres.start()
    server = support.server { applicants = 40 }
    folder = support.folder()
    policy = support.write(folder .. "/policy.lua", POLICY)
    local _, csv = support.applicants(server, "email=yes&review=completed-GREEN&type=individual")
    strangers = support.write(folder .. "/strangers.csv", support.strangers(server, csv))
    account = host:url()
    assert.same({ "prepared\n", "", 0 }, { idngo("runs init '%s'", account) })
  end)
  teardown(function()
    support.clean(server)
    host:stop()
  end)
  before_each(function() support.forget(server) end)

  it("asks for a database that is prepared, once, and prepares it", function()
    host:psql("DROP SCHEMA idngo CASCADE")
    local out, errors, code = idngo("plan %s --input %s --run %s", policy, strangers, url("first"))
    assert.equal(78, code)
    assert.truthy(errors:find("idngo runs init", 1, true), errors)
    assert.equal("", out)
    for _ = 1, 2 do assert.same({ "prepared\n", "", 0 }, { idngo("runs init '%s'", account) }) end
    assert.same({ "", "no run is in it\n", 0 }, { idngo("runs list '%s'", account) })
  end)

  it("lists no schema's name as a terminal would take it", function()
    host:psql([[DO 'BEGIN EXECUTE format(''CREATE SCHEMA %I AUTHORIZATION idngo'', ''idngo:'' || chr(27) || ''c''); END']])
    local out = idngo("runs list '%s'", account)
    host:psql([[DO 'BEGIN EXECUTE format(''DROP SCHEMA %I CASCADE'', ''idngo:'' || chr(27) || ''c''); END']])
    assert.is_nil(out:find("\27", 1, true))
    assert.equal(1, select(2, out:gsub("\n", "")))
  end)

  it("plans what a run in a folder plans, with the same hash, and carries it out", function()
    local out = idngo("plan %s --input %s --run %s/run --json", policy, strangers, folder)
    local here = json.decode(out)
    local place, there = planned()
    assert.equal(here.plan, there.plan)
    assert.same(here.decisions, there.decisions)
    assert.same({}, support.writes(support.ledger(server)))
    local errors, code
    out, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", place, there.plan)
    assert.equal("", errors)
    assert.equal(0, code)
    assert.truthy(out:find("deactivate%s+%d+ applied"), out)
    assert.equal(2 * there.decisions.act, #support.writes(support.ledger(server)))
    local status = json.decode((idngo("status %s --json", place)))
    assert.equal("done", status.state)
    assert.same({ applied = 2 * there.decisions.act }, status.steps)
    assert.is_nil(status.log)
    assert.truthy((idngo("runs list '%s'", account)):find("run%-%d+  done\n"))
    local id = (idngo("list %s --decision act --columns applicantId", place)):match("%S+")
    out, errors, code = idngo("explain %s %s", place, id)
    assert.equal(0, code, errors)
    assert.truthy(out:find("deactivate: applied", 1, true), out)
    out, errors, code = idngo("report %s", place)
    assert.equal(0, code, errors)
    assert.truthy(support.read(out:match("[^\n]+")):find("<html", 1, true))
    out, errors, code = idngo("resume %s", place)
    assert.equal(0, code, out .. errors)
  end)

  it("says how to go on, and holds a run for one process", function()
    local place, summary = planned()
    local _, errors, code = idngo("apply %s", place)
    assert.equal(4, code)
    assert.truthy(errors:find("idngo apply " .. place, 1, true), errors)
    _, errors, code = idngo("plan %s --input %s --run %s", policy, strangers, place)
    assert.equal(78, code)
    assert.truthy(errors:find("a new plan needs a new name", 1, true), errors)
    local tables = assert(require("idngo.run.postgres").open(assert(require("idngo.run.address").parse((place:gsub("'", ""))))))
    assert.is_true(tables:lock())
    _, errors, code = idngo("apply %s --approve %s", place, summary.plan)
    assert.equal(75, code)
    assert.truthy(errors:find("another runner is at work on postgresql://", 1, true), errors)
    assert.equal(0, (select(3, idngo("status %s", place))))
    tables:close()
  end)

  it("stops when the server goes away, sends nothing, and goes on when it is back", function()
    local place, summary = planned()
    host:halt("immediate")
    local _, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", place, summary.plan)
    assert.equal(74, code, errors)
    assert.truthy(errors:find("PostgreSQL: ", 1, true), errors)
    assert.same({}, support.writes(support.ledger(server)))
    host:start()
    _, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", place, summary.plan)
    assert.equal(0, code, errors)
    assert.equal(2 * summary.decisions.act, #support.writes(support.ledger(server)))
  end)

  it("goes on after kill -9, and sends nothing twice", function()
    local place, summary = planned()
    support.faults(server, { { delay = 0.05 } })
    local file = folder .. "/killed"
    os.execute(("env %s lua5.4 bin/idngo apply %s --approve %s --max-deactivations 100%% >%s 2>&1 & echo $! >%s.pid")
      :format(support.env(server), place, summary.plan, file, file))
    local writes
    repeat
      require("idngo.core").sleep(0.02)
      writes = #support.writes(support.ledger(server))
    until writes >= 4
    os.execute(("kill -9 $(cat %s.pid)"):format(file))
    support.faults(server, { { delay = 0 } })
    local _, errors, code = idngo("resume %s", place)
    assert.is_true(code == 0 or code == 1, errors)
    local mailed = {}
    for _, entry in ipairs(support.ledger(server).entries) do
      if entry.endpoint == "send_verification_status_email" then
        assert.is_nil(mailed[entry.applicantId])
        mailed[entry.applicantId] = true
      end
    end
    local status = json.decode((idngo("status %s --json", place)))
    assert.equal("done", status.state)
    assert.equal(2 * summary.decisions.act, (status.steps.applied or 0) + (status.steps.unknown or 0))
    assert.is_nil(status.log)
    for line in idngo("settle %s --json", place):gmatch("[^\n]+") do -- whoever is in doubt is out of bounds for other runs
      local step = json.decode(line)
      _, errors, code = idngo("settle %s %s %d --as applied", place, step.applicantId, step.step)
      assert.equal(0, code, errors)
    end
  end)

  it("has what is unknown settled, compares policies over it, is taken back, and forgets what is personal", function()
    local place, summary = planned()
    support.faults(server, { { endpoint = "send_verification_status_email", status = 504, times = 1 } })
    local _, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", place, summary.plan)
    assert.equal(1, code, errors)
    local out
    out, errors, code = idngo("settle %s --json", place)
    assert.equal(1, code, errors)
    local step = json.decode(out:match("[^\n]+"))
    assert.equal("unknown", step.state)
    assert.truthy(errors:find("1 to settle", 1, true), errors)
    _, errors, code = idngo("settle %s %s %d --as applied", place, step.applicantId, step.step)
    assert.equal(0, code, errors)
    assert.equal("written down", errors:match("^written down"))
    assert.equal(0, (select(3, idngo("settle %s", place))))
    out, errors, code = idngo("policy backtest %s %s", policy, place)
    assert.equal(0, code, out .. errors)
    out, errors, code = idngo("undo %s --run %s --json", place, url("undone"))
    assert.equal(0, code, errors)
    assert.same({ planned = summary.decisions.act }, json.decode(out).actions.activate)
    out, errors, code = idngo("purge %s --yes", place)
    assert.equal(0, code, errors)
    assert.truthy(out:find("holds no personal data any more", 1, true))
    assert.equal("0", host:psql(([[SELECT count(*) FROM \"idngo:run-%d\".lines WHERE fields <> '{}']]):format(count)))
    assert.equal(65, (select(3, idngo("undo %s --run %s", place, url("never")))))
    assert.equal(0, (select(3, idngo("status %s", place))))
  end)

  it("is not gone on with when the server has lost what was committed, until a person says so", function()
    local place, summary = planned()
    local schema = ([[\"idngo:run-%d\"]]):format(count)
    host:psql(("CREATE TABLE kept_a AS TABLE %s.audit; CREATE TABLE kept_r AS TABLE %s.run"):format(schema, schema))
    local _, errors, code = idngo("apply %s --approve %s --max-deactivations 0", place, summary.plan)
    assert.equal(4, code, errors)
    _, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", place, summary.plan)
    assert.equal(0, code, errors)
    local back = [[TRUNCATE OURS.audit, OURS.run; INSERT INTO OURS.audit TABLE kept_a; INSERT INTO OURS.run TABLE kept_r;
      UPDATE OURS.steps SET state = 'planned', attempts = 0, at = NULL;
      UPDATE OURS.lines SET state = 'open' WHERE decision = 'act']]
    host:psql((back:gsub("OURS", schema)))
    local before = #support.writes(support.ledger(server))
    _, errors, code = idngo("resume %s", place)
    assert.equal(65, code, errors)
    assert.truthy(errors:find("settle " .. place .. " --went-back", 1, true), errors)
    _, errors, code = idngo("settle %s --went-back", place)
    assert.equal(0, code, errors)
    assert.equal(before, #support.writes(support.ledger(server)))
  end)

  it("is refused where an address says too much or too little", function()
    for text, wrong in pairs {
      ["postgresql://u:hush@localhost/db?run=x"] = "password", [host:url()] = "no run in it",
      [host:url("X")] = "the run's name", ["postgresql://192.0.2.1/db?run=x"] = "sslmode is prefer",
    } do
      local out, errors, code = idngo("status '%s'", text)
      assert.equal(78, code, errors)
      assert.truthy(errors:find(wrong, 1, true), errors)
      assert.is_nil((out .. errors):find("hush", 1, true))
    end
    local _, errors, code = idngo("runs list %s", url("x"))
    assert.equal(78, code)
    assert.truthy(errors:find("names a run", 1, true), errors)
    _, errors, code = idngo("status %s", url("nobody"))
    assert.equal(78, code)
    assert.truthy(errors:find("holds no run", 1, true), errors)
  end)
end)
