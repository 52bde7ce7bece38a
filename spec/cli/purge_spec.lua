-- idngo purge and idngo undo.

local files = require("files")
local json = require("idngo.json")
local support = require("runs")

local server, folder
local count = 0

local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

--- A run that was applied: half of the applicants deactivated, the others written to.
local function applied()
  count = count + 1
  local dir = ("%s/run%d"):format(folder, count)
  local policy = support.write(folder .. "/p.lua", [[return { name = "p", version = "1", decide = function(applicant, facts)
    if facts.duplicates.answer == "GREEN" and applicant.n == "1" then return save_report(), deactivate("by rule") end
    return send_status_email() end }]])
  local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&duplicates=GREEN&limit=6")
  local n, secret = 0, "applicantId,n,name\n"
  for id in csv:gmatch(("%x"):rep(24)) do
    n = n + 1
    secret = secret .. ("%s,%d,Mary Canary %d\n"):format(id, n % 2, n)
  end
  local plan = json.decode((idngo("plan %s --input %s --run %s --json", policy, support.write(dir .. ".csv", secret), dir)))
  local _, errors, code = idngo("apply %s --approve %s --max-deactivations 100%%", dir, plan.plan)
  assert.equal(0, code, errors)
  return dir, plan
end

describe("a run that has ended", function()
  setup(function()
    server = support.server { applicants = 100 }
    folder = support.folder()
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  it("is purged of all that is personal, and its log verifies, with the journal and without", function()
    local dir = applied()
    local pem = files.write(folder .. "/pub.pem", (idngo("audit key")))
    idngo("report %s", dir)
    assert.equal(4, (select(3, idngo("purge %s", dir)))) -- nobody said that it is meant
    assert.truthy(support.read(dir .. "/journal.db"):find("Mary Canary", 1, true))
    local _, errors, code = idngo("purge %s --yes --note GDPR-1", dir)
    assert.equal(0, code, errors)
    for _, name in ipairs { "journal.db", "journal.db-wal" } do
      local bytes = files.read(dir .. "/" .. name, "")
      assert.is_nil(bytes:find("Mary Canary", 1, true), name)
      assert.is_nil(bytes:find("similarSearchInfo", 1, true), name)
    end
    assert.equal("", (support.shell("ls %s/files"):format(dir) and support.shell(("ls %s/files"):format(dir))))
    assert.is_nil(io.open(dir .. "/report.html"))
    _, errors, code = idngo("audit verify %s", dir)
    assert.equal(0, code, errors)
    _, errors, code = idngo("audit verify %s/audit.jsonl --key %s", dir, pem)
    assert.equal(0, code, errors)
    assert.truthy(files.read(dir .. "/audit.jsonl"):find('"note":"GDPR-1"', 1, true))
    local status = json.decode((idngo("status %s --json", dir)))
    assert.same({ applied = 9 }, status.steps)
    assert.equal(0, (select(3, idngo("purge %s --yes", dir)))) -- again, where it was interrupted
  end)

  it("is never read as a whole one when it was purged: what needs the personal data says that they are gone", function()
    local dir, plan = applied()
    assert.equal(0, (select(3, idngo("purge %s --yes", dir))))
    local _, csv = support.applicants(server, "limit=1")
    local gone = "idngo: the personal data of the run were destroyed: what needs them cannot be done any more"
    for _, command in ipairs { "undo %s --run %s/gone", "undo %s --run %s/gone --action send_status_email",
      "explain %s " .. csv:match(("%x"):rep(24)), "resume %s", "resume %s --dry-run", "apply %s --approve " .. plan.plan,
      "apply %s --dry-run", "policy backtest " .. folder .. "/p.lua %s",
      ("policy diff %s/p.lua %s/p.lua --run %%s"):format(folder, folder), "audit affected %s" } do
      local out, errors, code = idngo(command, dir, folder)
      assert.same({ 65, "" }, { code, out }, command .. errors)
      assert.truthy(errors:find(gone, 1, true), command .. errors)
    end
    for _, command in ipairs { "status %s", "list %s", "report %s", "settle %s" } do
      local _, errors, code = idngo(command, dir)
      assert.equal(0, code, command .. errors)
      assert.truthy(errors:find("the personal data of the run were destroyed", 1, true), command .. errors)
    end
    assert.is_true(json.decode((idngo("status %s --json", dir))).purged)
    assert.is_true(json.decode((idngo("audit verify %s --json", dir))).purged)
    assert.truthy((idngo("audit verify %s", dir)):find("its personal data were destroyed", 1, true))
    assert.is_nil(io.open(folder .. "/gone/journal.db"))
  end)

  it("is purged of what killed commands left, too, and says what cannot be removed", function()
    local dir = applied()
    for _, name in ipairs { ".report.html.aB3xYz", ".errors-2.csv.aB3xYz", "unused.txt", "warnings-3.csv",
      "files/.0123-1-report.pdf.aB3xYz", "files/stranger" } do
      support.write(dir .. "/" .. name, "Mary Canary")
    end
    for _, name in ipairs { "notes.txt", ".other.html.aB3xYz" } do support.write(dir .. "/" .. name, "not ours") end
    support.shell(("mkdir %s/files/sub && echo Mary Canary >%s/files/sub/x"):format(dir, dir))
    local out, errors, code = idngo("purge %s --yes", dir)
    assert.same({ 74, "" }, { code, out }, errors)
    assert.truthy(errors:find(("idngo: it stayed: %s/files/sub: "):format(dir), 1, true), errors)
    assert.truthy(errors:find(("idngo: 1 of its files could not be removed; purge %s again"):format(dir), 1, true), errors)
    assert.equal("sub\n", (support.shell(("ls -A %s/files"):format(dir))))
    support.shell(("rm %s/files/sub/x"):format(dir))
    out, errors, code = idngo("purge %s --yes", dir)
    assert.equal(0, code, errors)
    assert.truthy(out:find("holds no personal data any more", 1, true), out)
    assert.equal(1, (select(3, support.shell(("grep -rla 'Mary Canary' %s"):format(dir)))))
    for _, name in ipairs { "notes.txt", ".other.html.aB3xYz" } do assert.equal("not ours", files.read(dir .. "/" .. name)) end
  end)

  it("is not said to be purged while another command reads what it held", function()
    local dir = applied()
    local reader = assert(require("idngo.run.store").read(dir))
    reader:snapshot()
    assert.truthy(reader:rows("lines", 0)[1].fields:find("Mary Canary", 1, true))
    local out, errors, code = idngo("purge %s --yes", dir)
    assert.same({ 75, "" }, { code, out }, errors)
    local said = "another command is reading the journal: what was destroyed is still in its files"
    assert.truthy(errors:find(said, 1, true), errors)
    support.write(dir .. "/report.html", "Mary Canary, as a report that began before writes it") -- and ends after
    reader:close()
    errors, code = select(2, idngo("purge %s --yes", dir))
    assert.equal(0, code, errors)
    assert.equal(1, (select(3, support.shell(("grep -rla 'Mary Canary' %s"):format(dir)))))
    assert.equal(0, (select(3, idngo("audit verify %s", dir))))
  end)

  it("lists what is to be settled when it was purged, and compares it with nothing", function()
    local dir = folder .. "/doubt"
    local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&limit=1")
    local out = idngo("plan %s --input %s --run %s --json", support.write(folder .. "/n.lua",
      'return { name = "n", version = "1", decide = function() return add_note("a note") end }'),
      support.write(dir .. ".csv", csv), dir)
    support.faults(server, { { endpoint = "add_note", drop = "after", times = 1 } })
    assert.equal(1, (select(3, idngo("apply %s --approve %s", dir, json.decode(out).plan))))
    assert.equal(0, (select(3, idngo("purge %s --yes", dir))))
    local listed, errors, code = idngo("settle %s", dir)
    assert.equal(1, code, errors)
    assert.truthy(listed:find("add_note  unknown", 1, true), listed)
    assert.is_nil(listed:find("seen now", 1, true), listed)
    assert.truthy(errors:find("the service is not asked: what the steps were to do was destroyed", 1, true), errors)
    local id = csv:match(("%x"):rep(24))
    errors, code = select(2, idngo("settle %s %s 1 --as applied", dir, id))
    assert.equal(0, code, errors)
    assert.equal(0, (select(3, idngo("audit verify %s", dir))))
  end)

  it("is not purged while steps are left", function()
    local dir = folder .. "/planned"
    local _, csv = support.applicants(server, "type=individual&limit=2")
    idngo("plan %s --input %s --run %s", support.write(folder .. "/q.lua",
      'return { name = "q", decide = function() return send_status_email() end }'), support.write(dir .. ".csv", csv), dir)
    local _, errors, code = idngo("purge %s --yes", dir)
    assert.equal(5, code, errors)
    assert.truthy(errors:find("idngo resume " .. dir, 1, true), errors)
  end)

  it("is taken back by a plan of opposites, which is approved like any other", function()
    local dir = applied()
    local undo = folder .. "/undo"
    local out, errors, code = idngo("undo %s --run %s --json", dir, undo)
    assert.equal(0, code, errors)
    assert.truthy(errors:find("3 send_status_email applied, which nothing takes back", 1, true), errors)
    local plan = json.decode(out)
    assert.same({ activate = { planned = 3 } }, plan.actions)
    support.forget(server)
    assert.equal(4, (select(3, idngo("resume %s", undo))))
    assert.same({}, support.writes(support.ledger(server)))
    errors, code = select(2, idngo("apply %s --approve %s", undo, plan.plan))
    assert.equal(0, code, errors)
    local writes = support.writes(support.ledger(server))
    assert.equal(3, #writes)
    for _, entry in ipairs(writes) do assert.truthy(entry.target:find("presence/activated", 1, true)) end
    -- and that is taken back in turn
    out, errors, code = idngo("undo %s --run %s.again --json", undo, undo)
    assert.equal(0, code, errors)
    assert.same({ deactivate = { planned = 3 } }, json.decode(out).actions)
  end)
end)
