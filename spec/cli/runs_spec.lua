-- idngo plan, apply, resume, status: what they print, and their exit codes.

local json = require("idngo.json")
local support = require("runs")

local POLICY = [[
return { name = "block-duplicates", version = "1", decide = function(applicant, facts)
  if facts.duplicates.answer == "RED" then return deactivate("duplicate"), send_status_email() end
  return pass()
end }]]

local server, folder, policy, input, strangers

local function idngo(arguments, ...)
  return support.command(server, arguments:format(...))
end

--- A run's folder that is not there yet.
local count = 0
local function new_run()
  count = count + 1
  return ("%s/run%d"):format(folder, count)
end

local function plan(dir, from)
  local out, errors, code = idngo("plan %s --input %s --run %s --json", policy, from or input, dir)
  return out ~= "" and json.decode(out), errors, code
end

local function csv_of_countries()
  local rows, lines = support.applicants(server, "limit=2"), { "Country;applicantId" }
  for _, row in ipairs(rows) do lines[#lines + 1] = "KAZ;" .. row.id end
  return table.concat(lines, "\n")
end

describe("idngo", function()
  setup(function()
    server = support.server { applicants = 60 }
    folder = support.folder()
    policy = support.write(folder .. "/policy.lua", POLICY)
    local _, csv = support.applicants(server, "email=yes&review=completed-GREEN&type=individual")
    input = support.write(folder .. "/applicants.csv", csv)
    strangers = support.write(folder .. "/strangers.csv", support.strangers(server, csv))
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  it("plan shows what would be done and exits with 0; apply with the hash does it; status tells", function()
    local dir = new_run()
    local summary, errors, code = plan(dir, strangers)
    assert.equal("", errors)
    assert.equal(0, code)
    local acting = summary.decisions.act
    assert.same({ planned = acting }, summary.actions.deactivate)
    assert.same({}, support.writes(support.ledger(server)))
    local out
    out, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", dir, summary.plan)
    assert.equal("", errors)
    assert.equal(0, code)
    assert.truthy(out:find(("deactivate%%s+%d applied"):format(acting)), out)
    assert.equal(2 * acting, #support.writes(support.ledger(server)))
    local status = json.decode((idngo("status %s --json", dir)))
    assert.equal("done", status.state)
    assert.same({ applied = 2 * acting }, status.steps)
  end)

  it("apply without a hash, with a wrong one, or beyond the guard exits with 4, says why and does nothing", function()
    local dir = new_run()
    local summary = plan(dir)
    for arguments, why in pairs {
      [""] = "the plan has not been approved", ["--approve " .. ("0"):rep(64)] = "the hash given is not the plan's",
      ["--approve " .. summary.plan .. " --max-deactivations 0"] = "the guard allows 0",
      ["--approve " .. summary.plan .. " --max-deactivations 0%"] = "the guard allows 0",
      ["--approve " .. summary.plan] = ("the guard allows %d"):format(math.max(1, summary.applicants // 10)),
      ["--approve " .. summary.plan .. " --max-deactivations 1%"] = "the guard allows 1",
    } do
      local _, errors, code = idngo("apply %s %s", dir, arguments)
      assert.equal(4, code, errors)
      assert.truthy(errors:find(why, 1, true), errors)
    end
    local _, errors, code = idngo("resume %s", dir)
    assert.equal(4, code)
    assert.truthy(errors:find("has not been approved", 1, true), errors)
    assert.same({}, support.writes(support.ledger(server)))
  end)

  it("apply of a plan that was changed since exits with 4 and does nothing", function()
    local dir = new_run()
    local summary = plan(dir)
    local db = assert(require("idngo.journal").open(dir .. "/journal.db", false))
    assert(db:exec("UPDATE lines SET reason = 'other' WHERE decision = 'act'"))
    db:close()
    local _, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", dir, summary.plan)
    assert.equal(4, code)
    assert.truthy(errors:find("the plan in the journal was changed after it was made", 1, true), errors)
    assert.same({}, support.writes(support.ledger(server)))
  end)

  it("plan says what apply will be asked for, and why applicants could not be decided about", function()
    local dir = new_run()
    local out, errors, code = idngo("plan %s --input %s --run %s", policy, input, dir)
    assert.equal(0, code, errors)
    assert.truthy(errors:find(("It would deactivate %%d+ of %d applicants; for more than %%d+, apply"):format(
      tonumber(out:match("applicants%s+(%d+)")))), errors)
    assert.truthy(errors:find(("idngo apply %s --approve %s\n"):format(dir, out:match("plan%s+(%x+)")), 1, true), errors)
    local typo = support.write(folder .. "/typo.lua",
      'return { name = "typo", decide = function(_, facts) return facts.duplicate.answer end }')
    out, errors, code = idngo("plan %s --input %s --run %s", typo, input, new_run())
    assert.equal(1, code)
    assert.truthy(errors:find(("error: %s applicants, such as %%x+: typo.lua:1: there is no fact duplicate, "
      .. "did you mean duplicates"):format(out:match("applicants%s+(%d+)"))), errors)
    assert.truthy(errors:find("nothing is to be done", 1, true), errors)
  end)

  it("on a terminal apply asks for the hash, and shows how far it is with rate and time left", function()
    local dir = new_run()
    local summary = plan(dir, strangers)
    support.faults(server, { { endpoint = "send_verification_status_email", delay = 0.5 } })
    local function typed(text)
      return support.shell(([[(sleep 0.2; echo %s; sleep 1) | script -qec "env %s lua5.4 bin/idngo apply %s ]]
        .. [[--max-deactivations 100%%" /dev/null]]):format(text, support.env(server), dir))
    end
    local out, _, code = typed("12345678")
    assert.equal(4, code, out)
    assert.same({}, support.writes(support.ledger(server)))
    out, _, code = typed(summary.plan:sub(1, 8))
    assert.equal(0, code, out)
    assert.truthy(out:find("Carry this out? Type the first eight characters of the plan's hash", 1, true), out)
    assert.truthy(out:find(("\r\27%%[K\27%%[%%?7lapplying: %%d+ of %d, [%%d.]+/s"):format(summary.decisions.act)), out)
    assert.equal(2 * summary.decisions.act, #support.writes(support.ledger(server)))
  end)

  it("apply --dry-run lists every step and sends nothing", function()
    local dir = new_run()
    local summary = plan(dir)
    support.forget(server)
    local out, _, code = idngo("apply %s --dry-run --json", dir)
    assert.equal(0, code)
    local steps = 0
    for line in out:gmatch("[^\n]+") do
      assert.is_string(json.decode(line).action)
      steps = steps + 1
    end
    assert.equal(summary.steps.planned, steps)
    assert.equal(0, support.ledger(server).last)
  end)

  it("plan takes JSON lines and ids, from standard input too", function()
    local ids, lines = {}, {}
    for i, row in ipairs(support.applicants(server, "limit=3")) do
      ids[i], lines[i] = row.id, json.encode { applicantId = row.id, name = "x" }
    end
    for _, text in ipairs { table.concat(ids, "\n"), table.concat(lines, "\r\n") .. "\n" } do
      local path = support.write(folder .. "/ids", text)
      local out, errors, code = idngo("plan %s --run %s --json <%s", policy, new_run(), path)
      assert.equal(0, code, errors)
      assert.equal(3, json.decode(out).applicants)
    end
  end)

  it("plan takes tables as spreadsheets save them", function()
    local _, csv = support.applicants(server, "limit=3")
    for _, separator in ipairs { ";", "\t" } do
      local text = "\239\187\191" .. csv:gsub("^applicantId", "APPLICANTID"):gsub(",", separator):gsub("\n", "\r\n")
      local out, errors, code = idngo("plan %s --run %s --json <%s", policy, new_run(), support.write(folder .. "/excel", text))
      assert.equal(0, code, errors)
      assert.equal(3, json.decode(out).applicants)
    end
  end)

  it("plan and resume name the column or field that a policy misspelt, and decide nothing by it", function()
    local path = support.write(folder .. "/country.csv", csv_of_countries())
    local typo = support.write(folder .. "/typo.lua", [[return { name = "typo", decide = function(a, f)
      if a.%s == "KAZ" and f.tin.%s ~= "GREEN" then return hold("look") end return pass() end }]])
    local text = support.read(typo)
    for names, why in pairs {
      [{ "country", "answer" }] = "there is no column country, did you mean Country?",
      [{ "contry", "answer" }] = "there is no column contry, did you mean Country?",
      [{ "Country", "anser" }] = "tin has no field anser, did you mean answer?",
    } do
      support.write(typo, text:format(names[1], names[2]))
      for _, form in ipairs { "", "--json" } do
        local dir = new_run()
        local out, errors, code = idngo("plan %s --input %s --run %s %s", typo, path, dir, form)
        assert.equal(1, code, out)
        assert.truthy(errors:find("error: 2 applicants, such as %x+: typo.lua:2: "), errors)
        assert.truthy(errors:find(why, 1, true), errors)
        assert.same({ error = 2 }, json.decode((idngo("status %s --json", dir))).decisions)
      end
    end
    support.write(typo, text:format("Country", "answer"))
    local out, errors, code = idngo("plan %s --input %s --run %s --json", typo, path, new_run())
    assert.equal(0, code, errors)
    assert.equal(2, json.decode(out).applicants)
  end)

  it("plan refuses what is no table of applicants, and shows nothing of it anywhere", function()
    for i, text in ipairs {
      "customer;name\n850101399999;Canary\n", "Canary\nCanaria\n", "id;name\n1001;Canary\n", "850101399999\n",
      "applicantId,name\n5f0b4e5a422965274f5b0aaa,\"Canary\nCanaria,x\n", "applicantId;Canary;Canary\na;b;c\n",
      '{"applicantId":"a1","name":"Canary}\n', '{"Canary":"a1"}\n', "applicantId;name;applicantID\na1;Canary;a2\n",
      "applicantId,name\nCanary Jane,x\n",
    } do
      local dir = new_run()
      local out, errors, code = idngo("plan %s --input %s --run %s", policy, support.write(folder .. "/none", text), dir)
      assert.equal(65, code, text)
      assert.truthy(errors:find("line %d"), errors)
      for _, part in ipairs { "anar", "8501", "1001" } do assert.is_nil((out .. errors):find(part, 1, true), i .. errors) end
      assert.is_false(os.execute("test -e " .. dir) or false)
    end
  end)

  it("plan refuses bad input with 65, names the lines, and makes no run", function()
    local path = support.write(folder .. "/bad.csv", 'applicantId,name\na,"x\ny"\nb\na,z\n,z\n')
    local dir = new_run()
    local _, errors, code = plan(dir, path)
    assert.equal(65, code)
    for _, why in ipairs { "line 4: it has 1 cells for 2 columns", "line 5: the id stands on line 2 already",
      "line 6: no applicantId" } do
      assert.truthy(errors:find(why, 1, true), errors)
    end
    assert.is_false(os.execute("test -e " .. dir) or false)
    support.write(folder .. "/broken.lua", "return {")
    _, errors, code = idngo("plan %s/broken.lua --input %s --run %s", folder, input, dir)
    assert.equal(65, code, errors)
  end)

  it("plan refuses a folder that holds a run, and a missing --run", function()
    local dir = new_run()
    plan(dir)
    local _, errors, code = plan(dir)
    assert.equal(78, code)
    assert.truthy(errors:find("holds a run already", 1, true), errors)
    _, _, code = idngo("plan %s --input %s", policy, input)
    assert.equal(2, code)
    _, errors, code = idngo("status %s/nothing", folder)
    assert.equal(78, code, errors)
  end)

  it("applies a plan to no other account", function()
    local dir = new_run()
    local summary = plan(dir)
    local command = "%s IDNGO_APP_TOKEN=sbx:other lua5.4 bin/idngo apply %s --approve %s"
    local _, errors, code = support.shell(command:format(support.env(server), dir, summary.plan))
    assert.equal(78, code)
    assert.truthy(errors:find("another base_url or app_token", 1, true), errors)
  end)

  it("exits with 1 when an applicant could not be decided about or a step was refused", function()
    local path = support.write(folder .. "/unknown", "nobody-1\n")
    local summary, _, code = plan(new_run(), path)
    assert.equal(1, code)
    assert.same({ error = 1 }, summary.decisions)
    local dir = new_run()
    summary = plan(dir)
    support.faults(server, { { endpoint = "set_presence", status = 409 } })
    local _, errors
    _, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", dir, summary.plan)
    assert.equal(1, code)
    assert.truthy(errors:find("rejected: deactivate of", 1, true), errors)
    assert.truthy(errors:find("void: send_status_email of", 1, true), errors)
    assert.equal(0, support.ledger(server).totals.emails)
  end)
end)
