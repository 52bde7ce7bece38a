-- Whoever can write a run's folder, and has no key: nothing is sent that was not approved, nothing twice.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local audit = require("idngo.run.audit")
local core = require("idngo.core")
local files = require("files")
local journal = require("idngo.journal")
local journals = require("journal")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local runs = require("idngo.policy.run")
local store = require("idngo.run.store")
local support = require("runs")
local work = require("idngo.run.work")

local POLICY = [[
return { name = "mail", version = "1", decide = function(applicant, facts)
  if facts.duplicates.answer ~= "RED" then return send_status_email("by rule") end
  return pass()
end }]]

local server, folder, policy
local count = 0

local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

--- A plan for a few people; nothing approved.
local function plan()
  count = count + 1
  local dir = ("%s/run%d"):format(folder, count)
  local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&duplicates=GREEN&limit=5")
  local _, errors, code = idngo("plan %s --input %s --run %s", policy, support.write(dir .. ".csv", csv), dir)
  assert.equal(0, code, errors)
  local kept = assert(store.read(dir))
  local hash, ids = kept:get("plan_hash"), {}
  for row in kept:each("lines") do ids[row.n] = row.id end
  kept:close()
  return dir, hash, ids
end

local STATE = os.getenv("IDNGO_STATE_DIR")
local first -- made by the first use of `interrupted` in a folder

--- A run that was approved: three e-mails are sent, the fourth is unknown, the fifth is left. It is made once, and later put back
--- as it was, with what is kept about runs.
local function interrupted()
  if first and first.folder == folder then
    local dir = first.dir
    assert(os.execute(("rm -rf %s '%s'/* && cp -a %s.kept %s && cp -a %s.state/. '%s'"):format(dir, STATE, dir, dir, dir, STATE)))
    return dir, first.hash, first.ids
  end
  local dir, hash, ids = plan()
  support.faults(server, { { endpoint = "duplicate_checks", applicantId = ids[5], status = 404 },
    { endpoint = "send_verification_status_email", applicantId = ids[4], drop = "after" } })
  local _, errors, code = idngo("apply %s --approve %s", dir, hash)
  assert.equal(5, code, errors)
  support.forget(server)
  if STATE and not journals.is_served then
    assert(os.execute(("cp -a %s %s.kept && cp -a '%s' %s.state"):format(dir, dir, STATE, dir)))
    first = { folder = folder, dir = dir, hash = hash, ids = ids }
  end
  return dir, hash, ids
end

local change = journals.change

--- Makes the chain anew, of records that `edit(record)` may change or drop, in journal and file; signatures stay as they were.
local function rebuild(dir, edit)
  local db = assert(journal.open(dir .. "/journal.db", false))
  local records = assert(assert(db:prepare("SELECT record, signature FROM audit ORDER BY seq")):rows())
  assert(db:exec("DELETE FROM audit"))
  local add, head, seq, lines = assert(db:prepare("INSERT INTO audit VALUES (?, ?, ?, ?)")), audit.start, 0, {}
  for _, row in ipairs(records) do
    local record = json.decode(row.record)
    if edit(record) ~= false then
      seq = seq + 1
      record.seq = seq
      local text = json.encode(record, "record", "[]")
      local hash = audit.hash(head, text)
      head = hash .. (row.signature or "")
      assert(add:run(seq, hash, text, row.signature))
      lines[seq] = audit.line(hash, text, row.signature)
    end
  end
  db:close()
  files.write(dir .. "/audit.jsonl", table.concat(lines))
end

local function plan_again(dir)
  local kept = assert(store.read(dir))
  local hash = require("idngo.run.lines").plan(kept, (require("idngo.policy.handlers"))).hash
  kept:set("plan_hash", hash)
  kept:close()
end

local function mails() return support.ledger(server, "?endpoint=send_verification_status_email").entries end

--- Neither resume nor apply sends anything; verify sees what is wrong.
local function refused(dir, hash, why, verified)
  local verify_errors, _, code
  if not verified then
    _, verify_errors, code = idngo("audit verify %s", dir)
    assert.equal(1, code, verify_errors)
  end
  for _, command in ipairs { "resume " .. dir, ("apply %s --approve %s"):format(dir, hash) } do
    local errors
    _, errors, code = idngo("%s", command)
    -- or its log was cut back to a signed end, which the head kept elsewhere tells
    assert.truthy(code == 4 or code == 74 or code == 65, command .. ": " .. code .. " " .. errors)
    assert.truthy(errors:find(code == 65 and "but was at record" or why, 1, true), errors)
    assert.is_nil(errors:find("traceback", 1, true), errors)
  end
  assert.same({}, mails())
end

describe("a journal that was changed without the key", function()
  setup(function()
    server = support.server { applicants = 100 }
    folder = support.folder()
    policy = support.write(folder .. "/policy.lua", POLICY)
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  for _, word in ipairs { "applying", "done" } do
    it("to be in the state " .. word .. ", is not resumed", function()
      local dir = plan()
      change(dir, ("UPDATE run SET value = '%s' WHERE name = 'state'"):format(word))
      local _, errors, code = idngo("resume %s", dir)
      assert.equal(4, code, errors)
      assert.truthy(errors:find("the plan has not been approved", 1, true), errors)
      assert.same({}, mails())
    end)
  end

  it("to be in the state planning, is not planned anew", function()
    local dir, hash = interrupted()
    change(dir, "UPDATE run SET value = 'planning' WHERE name = 'state'; UPDATE steps SET args = '{\"x\":1}' WHERE n = 5")
    refused(dir, hash, "the plan in the journal was changed")
  end)

  it("with an approval of its own making, is refused", function()
    local dir, hash = plan()
    local db = assert(journal.open(dir .. "/journal.db", false))
    local last = assert(db:prepare("SELECT seq, hash, signature FROM audit ORDER BY seq DESC LIMIT 1")):rows()[1]
    local other = assert(core.private_key(("ab"):rep(32)))
    for _, key in ipairs { assert(keys.own(false)), other } do
      local record = { account = "a", at = 1, event = "approved", guard = 1, plan = hash, seq = last.seq + 1, key = key:id() }
      record.signature = other:sign(audit.approval(record))
      local text = json.encode(record)
      local made = audit.hash(last.hash .. last.signature, text)
      local signature = other:sign(audit.statement("run", last.seq + 1, made))
      assert(db:exec("DELETE FROM audit WHERE seq > " .. last.seq))
      assert(assert(db:prepare("INSERT INTO audit VALUES (?, ?, ?, ?)")):run(last.seq + 1, made, text, signature))
      assert(db:exec("UPDATE run SET value = 'applying' WHERE name = 'state'"))
      local log = files.read(dir .. "/audit.jsonl")
      files.write(dir .. "/audit.jsonl", log .. audit.line(made, text, signature))
      local _, errors, code = idngo("resume %s", dir)
      assert.equal(74, code, errors)
      assert.truthy(errors:find("journal.db: audit", 1, true), errors)
      files.write(dir .. "/audit.jsonl", log)
    end
    db:close()
    assert.same({}, mails())
  end)

  local CHANGES = {
    ["a sent e-mail that is to be sent again"] = { "UPDATE steps SET state = 'planned', attempts = 0 WHERE n = 1",
      "is planned in the journal, but applied in the audit log" },
    ["one of unknown fate that is to be sent again"] = { "UPDATE steps SET state = 'planned' WHERE n = 4",
      "is planned in the journal, but unknown in the audit log" },
    ["one left out as if it were done"] = { "UPDATE steps SET state = 'applied' WHERE n = 5",
      "is applied in the journal, but planned in the audit log" },
    ["another argument"] = { "UPDATE steps SET args = '{\"x\":1}' WHERE n = 5", "was changed after it was made" },
    ["another action"] = { "UPDATE steps SET action = 'deactivate' WHERE n = 5", "was changed after it was made" },
    ["a step more"] = { "INSERT INTO steps (n, k, action, args) VALUES (5, 2, 'deactivate', '{}')",
      "was changed after it was made" },
    ["a step less"] = { "DELETE FROM steps WHERE n = 5", "was changed after it was made" },
    ["a step out of order"] = { "UPDATE steps SET k = 3 WHERE n = 5", "is out of order" },
    ["another applicant"] = { "UPDATE lines SET id = 'somebody' WHERE n = 5", "was changed after it was made" },
    ["another reply behind it"] = { "UPDATE facts SET r = (SELECT r FROM facts WHERE n = 1) WHERE n = 5",
      "was changed after it was made" },
    ["a trigger"] = { [[CREATE TRIGGER t AFTER UPDATE ON steps BEGIN UPDATE steps SET action = 'deactivate'; END]],
      "sqlite_schema t: no table of ours", 74 },
    ["a view in a table's place"] = { "ALTER TABLE facts RENAME TO f; CREATE VIEW facts AS SELECT * FROM f",
      "sqlite_schema", 74 },
    ["a table made otherwise"] = { "ALTER TABLE steps ADD COLUMN more",
      "sqlite_schema steps: made otherwise; it may be of another version of idngo", 74 },
    ["a table more"] = { "CREATE TABLE other (a)", "sqlite_schema other: no table of ours", 74 },
    ["an index less"] = { "DROP INDEX step_states", "sqlite_schema step_states: missing", 74 },
    ["a record less at the end"] = { "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
      "run totals: is not what the log comes to" },
    ["no signature of its log"] = { "UPDATE audit SET signature = NULL WHERE seq = (SELECT max(seq) FROM audit)",
      "is the last, and not signed", 1 },
    ["a line done with that is not"] = { "UPDATE lines SET state = 'done' WHERE n = 5",
      "is done in the journal, but not in the audit log" },
    ["a line that is left though it is done with"] = { "UPDATE lines SET state = 'open' WHERE n = 4",
      "is open in the journal, but not in the audit log" },
    ["other counts"] = { "UPDATE run SET value = '{\"lines\":1}' WHERE name = 'totals'",
      "run totals: is not what the log comes to", 1 },
    ["another run's id"] = { "UPDATE run SET value = 'x' WHERE name = 'run'", "is not the id in the log", 1 },
  }
  for what, row in pairs(CHANGES) do
    it(("to hold %s, is refused by name"):format(what), function()
      local dir, hash = interrupted()
      change(dir, row[1])
      if row[3] then
        local _, errors, code = idngo("audit verify %s", dir)
        assert.equal(row[3], code, errors)
      end
      refused(dir, hash, row[2], row[3])
      if row[2]:find("after it was made", 1, true) then
        plan_again(dir) -- and its hash made anew
        refused(dir, hash, "was changed after it was made")
      end
    end)
  end

  it("leaves an e-mail that may have been sent to a human", function()
    local dir, _, ids = interrupted()
    local _, errors, code = idngo("resume %s", dir)
    assert.equal(1, code, errors)
    local sent = mails()
    assert.equal(1, #sent)
    assert.equal(ids[5], sent[1].applicantId)
  end)

  for what, edit in pairs {
    ["a higher guard"] = function(record) if record.event == "approved" then record.guard = 1000 end end,
    ["a new key"] = function(record) if record.event == "begun" then record.key = ("0"):rep(64) end end,
    ["no outcomes"] = function(record) return record.event ~= "outcome" end,
    ["no approval"] = function(record) return record.event ~= "approved" end,
  } do
    it(("and its log made anew with %s, is refused, and not signed"):format(what), function()
      local dir, hash = interrupted()
      rebuild(dir, edit)
      refused(dir, hash, "journal.db: ")
    end)
  end

  it("gives no signature of one kind that passes for another", function()
    local key = assert(core.private_key(("ab"):rep(32)))
    local record = { event = "approved", plan = "p", seq = 7, at = 1 }
    local signed = key:sign(audit.approval(record))
    assert.is_true(key:verify(audit.approval(record), signed))
    assert.is_false(key:verify(audit.statement("run", 7, "p"), signed))
    assert.is_false(key:verify(audit.statement("run", 7, "p"), key:sign(audit.statement("other", 7, "p"))))
    record.signature, record.seq = signed, 8 -- where it stands in the log, the approver did not know
    assert.is_true(key:verify(audit.approval(record), signed))
    record.guard = 5
    assert.is_false(key:verify(audit.approval(record), signed))
  end)

  for what, sql in pairs {
    ["another applicant"] = "UPDATE lines SET id = 'somebody' WHERE n = 4",
    ["another action"] = "UPDATE steps SET action = 'deactivate' WHERE n = 4",
    ["a step done before"] = "UPDATE steps SET state = 'applied' WHERE n = 4",
    ["another reply"] = "UPDATE replies SET body = '{\"checks\":[]}' WHERE r = (SELECT r FROM facts WHERE n = 4)",
  } do
    it(("between the check and the act, to hold %s, is found before that line is begun"):format(what), function()
      local dir, hash, ids = plan()
      local run = assert(runs.open(dir))
      assert(approval.approve(run, { hash = hash, max = { deactivate = "0" } }))
      local changed
      local context = assert(work.open(run, { client = support.client_options(server), concurrency = 1, on_step = function(name)
        if name == "settled" and not changed then
          changed = true
          change(dir, sql)
        end
      end }))
      local complete, problem = apply.run(run, context)
      context.client:close()
      run:close()
      assert.is_nil(complete)
      assert.truthy(problem.kind == "approval" or problem.kind == "io", tostring(problem))
      assert.equal(3, #mails())
      for _, entry in ipairs(mails()) do assert.not_equal(ids[4], entry.applicantId) end
    end)
  end

  it("that does not decode is an error that names file, table and row", function()
    for what, sql in pairs {
      ["lines 2"] = "UPDATE lines SET fields = '{' WHERE n = 2",
      ["replies %x+"] = "UPDATE replies SET body = " .. (journals.is_served and "'{'" or "x'ff00'")
        .. " WHERE r = (SELECT r FROM facts WHERE n = 2)",
    } do
      local dir = plan()
      change(dir, sql)
      for _, command in ipairs { "report " .. dir, "policy backtest " .. policy .. " " .. dir, "audit affected " .. dir } do
        local _, errors, code = idngo("%s", command)
        if not (command:find("^report") and what ~= "lines 2")
          and not (command:find("affected", 1, true) and what == "lines 2") then
          assert.equal(command:find("affected", 1, true) and 65 or 74, code, command .. errors)
          assert.truthy(errors:find("idngo: [%w.]+: " .. what .. ": "), errors)
        end
      end
    end
  end)
end)

describe("an approval", function()
  local later

  setup(function()
    server = support.server { applicants = 100 }
    folder = support.folder()
    policy = support.write(folder .. "/mail.lua", POLICY)
    later = support.write(folder .. "/later.lua", [[
      local before = os.getenv("LUA_INIT")
      if before then dofile(before:sub(2)) end
      local core = require("idngo.core")
      local wall = core.wall
      function core.wall() return wall() + tonumber(os.getenv("DAYS")) * 86400 end]])
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  --- The command, some days later.
  local function after(days, arguments, ...)
    return support.shell(("%s DAYS=%g LUA_INIT_5_4=@%s lua5.4 bin/idngo %s </dev/null"):format(support.env(server), days, later,
      arguments:format(...)))
  end

  --- A plan that is approved, and of which nothing was begun.
  local function approved()
    local dir, hash = plan()
    local run = assert(runs.open(dir))
    assert(approval.approve(run, { hash = hash }))
    run:close()
    return dir, hash
  end

  it("ends when nothing was begun for seven days, and the plan can be approved again", function()
    local dir, hash = approved()
    local _, errors, code = after(8, "resume %s", dir)
    assert.equal(4, code, errors)
    assert.truthy(errors:find("the approval is older than 7 days, and nothing was begun since", 1, true), errors)
    assert.truthy(errors:find("--approve " .. hash, 1, true), errors)
    assert.same({}, mails())
    _, errors, code = after(8, "apply %s --approve %s", dir, hash)
    assert.equal(0, code, errors)
    assert.equal(5, #mails())
    _, errors, code = after(9, "audit verify %s", dir)
    assert.equal(0, code, errors)
  end)

  it("counts within the seven days", function()
    local dir = approved()
    local _, errors, code = after(6.9, "resume %s", dir)
    assert.equal(0, code, errors)
    assert.equal(5, #mails())
  end)

  it("does not end once something was begun", function()
    local dir = interrupted()
    local _, errors, code = after(30, "resume %s", dir)
    assert.equal(1, code, errors) -- one e-mail is left to people
    assert.equal(1, #mails())
  end)
end)
