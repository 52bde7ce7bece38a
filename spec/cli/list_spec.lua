-- idngo list, and what status and report say of a run's log and of who approved it.

local archives = require("archives")
local files = require("files")
local journal = require("idngo.journal")
local json = require("idngo.json")
local support = require("runs")

local server, folder, dir, import

local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

local function rows(out)
  local found = {}
  for line in out:gmatch("[^\n]+") do found[#found + 1] = json.decode(line) end
  return found
end

describe("of a run,", function()
  setup(function()
    server = support.server { applicants = 60 }
    folder = support.folder()
    local policy = support.write(folder .. "/p.lua", [[return { name = "p", decide = function(applicant, facts)
      if facts.duplicates.answer == "RED" then return hold("=1+1, a duplicate") end
      return save_report(), send_status_email() end }]])
    local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&duplicates=GREEN&limit=4")
    local _, red = support.applicants(server, "type=individual&duplicates=RED&limit=2")
    csv = csv .. red:gsub("^[^\n]*\n", "")
    dir = folder .. "/run"
    local plan = json.decode((idngo("plan %s --input %s --run %s --json", policy, support.write(folder .. "/in.csv", csv), dir)))
    assert.equal(0, (select(3, idngo("apply %s --approve %s --note OPS-3", dir, plan.plan))))
    import = folder .. "/import"
    local people = ""
    for i = 1, 3 do
      local person = ("%s/person-%d"):format(folder, i)
      os.execute(("mkdir -p %s/front"):format(person))
      files.write(person .. "/applicant.json", i == 3 and "{}"
        or (archives.fixture("applicant"):gsub("someClientUserId", "list-" .. i)))
      files.write(person .. "/front/applicantIdDoc.json", archives.fixture("applicantIdDoc"))
      files.write(person .. "/front/1.jpg", archives.JPEG)
      people = people .. " " .. person
    end
    idngo("import run --run %s --yes --note OPS-4 %s", import, people)
  end)
  teardown(function()
    server:close()
    support.clean()
  end)

  it("list gives every step, those of a decision or a state, in the columns that are asked for", function()
    local all = rows((idngo("list %s --json", dir)))
    local held = rows((idngo("list %s --json --decision hold", dir)))
    local sent = rows((idngo("list %s --json --state applied --columns applicantId,action", dir)))
    assert.equal(#all, #held + #sent)
    assert.same({ "hold", "=1+1, a duplicate" }, { held[1].decision, held[1].reason })
    assert.is_nil(sent[1].decision)
    assert.is_string(sent[1].action)
    assert.is_nil((idngo("list %s --decision hold", dir)):find("send_status_email", 1, true))
    local _, errors, code = idngo("list %s --columns applicant", dir)
    assert.equal(2, code)
    assert.truthy(errors:find("there is no column applicant, did you mean applicantId?", 1, true), errors)
  end)

  it("list makes a table that spreadsheets read as text", function()
    local out = idngo("list %s --csv --decision hold --columns decision,reason", dir)
    assert.equal("decision,reason\r\n", out:match("^[^\n]*\n"))
    assert.truthy(out:find("\nhold,\"'=1+1, a duplicate\"\r\n", 1, true), out)
  end)

  it("list gives of an import whom the customer's ids stand for", function()
    local found = rows((idngo("list %s --json", import)))
    assert.equal(3, #found)
    assert.same({ "list-1", "imported" }, { found[1].externalUserId, found[1].state })
    assert.truthy(found[1].applicantId:find("^%x+$"))
    assert.same({ nil, "refused" }, { found[3].externalUserId, found[3].state })
    assert.equal(2, #rows((idngo("list %s --json --state imported", import))))
  end)

  it("status and report say who approved, and when the log does not bear out what the tables say", function()
    for run, note in pairs { [dir] = "OPS-3", [import] = "OPS-4" } do
      local out, errors, code = idngo("status %s --json", run)
      assert.equal(0, code, errors)
      assert.equal(note, json.decode(out).approved_by.note)
      assert.truthy((idngo("status %s", run)):find("approved +%d+%-[^\n]+" .. note:gsub("%-", "%%-")))
      assert.equal(0, (select(3, idngo("report %s", run))))
      assert.truthy(files.read(run .. "/report.html"):find(note, 1, true))
      -- without the key nothing is known of that, and it is not taken for fine
      for _, command in ipairs { "status", "status --json", "list", "report", "settle" } do
        out, errors, code = support.shell(("%s IDNGO_AUDIT_KEY_FILE=/dev/null/key lua5.4 bin/idngo %s %s </dev/null"):format(
          support.env(server), command, run))
        assert.equal(78, code, command .. out .. errors)
        assert.truthy(errors:find("the log was not checked: the audit key /dev/null/key cannot be read", 1, true), errors)
        if command == "status" then assert.truthy(out:find("approved +not known: the log was not checked"), out) end
        if command == "status --json" then assert.truthy(json.decode(out).unchecked) end
      end
      assert.truthy(files.read(run .. "/report.html"):find("The log was not checked", 1, true))
      assert.is_nil(files.read(run .. "/report.html"):find(note, 1, true))
      local db = assert(journal.open(run .. "/journal.db", false))
      assert(db:exec("UPDATE steps SET state = 'rejected' WHERE n = (SELECT min(n) FROM steps) AND k = 1"))
      db:close()
      for _, command in ipairs { "status", "report" } do
        out, errors, code = idngo("%s %s", command, run)
        assert.equal(1, code)
        assert.is_nil(out:find(note, 1, true), out)
        assert.truthy(errors:find("the log does not bear this out: step 1 of", 1, true), errors)
      end
      assert.truthy(files.read(run .. "/report.html"):find("The log does not bear this out", 1, true))
    end
  end)
end)
