-- idngo audit affected: what earlier versions may have done wrong, read from the folders that they left.

local core = require("idngo.core")
local journal = require("idngo.journal")
local json = require("idngo.json")
local old = require("idngo.run.old")
local store = require("idngo.run.store")
local support = require("runs")

local folder
local count = 0

local function check(id, kind, hits)
  return { checks = { { answer = "RED", checkType = kind or "SIMILAR_SEARCH", id = "check-" .. id, similarSearchInfo = {
    answer = "RED", duplicateApplicantHits = hits and hits[1] and hits or nil } } } }
end

local function hit(id) return { applicantId = id, matchedFields = { "name" }, types = { "text" } } end

--- A run's folder: lines of {id, reply, steps = {{action, state, problem?, attempts?}, …}}, as 0.1.0 wrote them. `log`: what to
--- leave out of the audit log.
local function make(lines, log)
  count = count + 1
  local dir = ("%s/run%d"):format(folder, count)
  assert(core.folder(dir))
  local db = assert(journal.open(dir .. "/journal.db", true))
  assert(db:exec("BEGIN; CREATE TABLE run (name TEXT PRIMARY KEY, value) WITHOUT ROWID;\n" .. old.policy.schema))
  local function put(into, ...)
    local statement = assert(db:prepare(("INSERT INTO %s VALUES (%s)"):format(into, ("?, "):rep(select("#", ...) - 1) .. "?")))
    assert(statement:run(...))
    statement:close()
  end
  for name, value in pairs { version = 1, policy = "return {}", policy_name = "p", policy_version = "1", account = "a",
    state = "applying" } do
    put("run", name, value)
  end
  for n, line in ipairs(lines) do
    put("applicants", n, line.id, "{}", line.steps and "act" or "pass", nil, 1)
    local body = json.encode(line.reply, "reply", "[]")
    assert(db:exec(("INSERT OR IGNORE INTO replies VALUES ('%s', '%s')"):format(core.sha256(body), body)))
    put("facts", n, line.fact or "duplicates", core.sha256(body), 1)
    for k, step in ipairs(line.steps or {}) do
      put("steps", n, k, step[1], "I", "{}", nil, 1, step.attempts or 1, step.problem, 1, nil, nil, nil, step[2])
    end
  end
  assert(db:exec("COMMIT"))
  local kept = assert(store.read(dir))
  local hash = require("idngo.run.lines").plan(kept, (require("idngo.policy.handlers"))).hash
  kept:close()
  local seq, head = 0, ("0"):rep(64)
  local function record(event, fields)
    if event == log then return end
    seq = seq + 1
    fields.event, fields.seq = event, seq
    local text = json.encode(fields)
    head = core.sha256(head .. text)
    put("audit", seq, head, text)
  end
  record("begun", {})
  record("planned", { plan = hash })
  record("approved", { plan = log == "plan" and "other" or hash })
  for _, line in ipairs(lines) do
    for k, step in ipairs(line.steps or {}) do
      if step[2] ~= "planned" then
        record("intent", { applicant = line.id, step = k, action = step[1] })
        record("outcome", { applicant = line.id, step = k, action = step[1], outcome = step[2] })
      end
    end
  end
  db:close()
  return dir
end

--- The findings, {"APPLICANT STEP WHAT", …}, and the exit code.
local function affected(arguments)
  local out, errors, code = support.shell(
    "IDNGO_CONFIG= IDNGO_AUDIT_KEY_FILE=/nonexistent lua5.4 bin/idngo audit affected --json " .. arguments)
  local found = {}
  for line in out:gmatch("[^\n]+") do
    local row = json.decode(line)
    found[#found + 1] = ("%s %s %s"):format(row.applicantId, row.step or row.action, row.what)
    found[row.applicantId .. " " .. row.what] = row.why
  end
  table.sort(found)
  return found, code, errors
end

local gone = { { "deactivate", "applied" } }

describe("idngo audit affected", function()
  setup(function() folder = support.folder() end)
  teardown(support.clean)

  it("finds nothing in a run that is in order", function()
    local dir = make { { id = "a", reply = check("a", nil, { hit("x") }), steps = { { "deactivate", "applied" },
      { "send_status_email", "applied" } } }, { id = "b", reply = check("b") } }
    assert.same({ {}, 0 }, { (affected(dir)), (select(2, affected(dir))) })
  end)

  it("names what rested on another's reply, as far as the reply tells", function()
    local same = check("same", nil, { hit("x") })
    local of_another = check("e")
    of_another.checks[1].applicantId = "f"
    local dir = make {
      { id = "a", reply = check("a", "TIN"), steps = gone },
      { id = "b", reply = same, steps = gone }, { id = "c", reply = same },
      { id = "d", reply = check("d", nil, { hit("d") }), steps = { { "deactivate", "planned" } } },
      { id = "e", reply = of_another, steps = gone },
    }
    local found, code = affected(dir)
    assert.equal(1, code)
    assert.same({ "a 1 reply", "b 1 reply", "c pass reply", "d act reply", "e 1 reply" }, { table.unpack(found) })
    assert.equal("the reply for duplicates is a check of the type TIN", found["a reply"])
    assert.equal("the reply for duplicates is another applicant's too, byte for byte", found["b reply"])
    assert.equal("the reply for duplicates names the applicant as its own match", found["d reply"])
    assert.equal("the reply for duplicates is about f", found["e reply"])
  end)

  it("does not take replies for another's that say nothing of their own", function()
    local dir = make { { id = "a", reply = { checks = {} }, steps = gone }, { id = "b", reply = { checks = {} }, steps = gone } }
    assert.equal(0, (select(2, affected(dir))))
  end)

  for log, why in pairs {
    approved = "the log holds no approval", plan = "the plan in the journal is not the one that was approved",
    intent = false, outcome = false,
  } do
    it("names steps that lacked an approval: without " .. log, function()
      local steps = { { "deactivate", "applied" }, { "send_status_email", "void" } }
      local dir = make({ { id = "a", reply = check("a"), steps = steps } }, log)
      local found, code = affected(dir)
      assert.equal(why and 1 or 0, code)
      assert.same(why and { "a 1 approval" } or {}, { table.unpack(found) })
      assert.equal(why or nil, found["a approval"])
    end)
  end

  it("names both of a pair", function()
    local dir = make { { id = "a", reply = check("a", nil, { hit("b") }), steps = gone },
      { id = "b", reply = check("b", nil, { hit("a"), hit("c") }), steps = { { "deactivate", "unknown" } } },
      { id = "c", reply = check("c", nil, { hit("x") }), steps = gone } }
    local found, code = affected(dir)
    assert.equal(1, code)
    assert.same({ "a 1 pair", "b 1 pair" }, { table.unpack(found) })
  end)

  it("names e-mails that may have been sent, or sent more than once", function()
    local function mail(state, problem, attempts)
      return { { "send_status_email", state, problem = problem, attempts = attempts } }
    end
    local name = "send_verification_status_email: "
    local dir = make {
      { id = "a", reply = check("a"), steps = mail("rejected", name .. "HTTP 408 (outcome: rejected, 4 attempts)", 4) },
      { id = "b", reply = check("b"), steps = mail("rejected", name .. "HTTP 400: no such address (outcome: rejected)") },
      { id = "c", reply = check("c"), steps = mail("rejected", name .. "HTTP 404 (outcome: rejected)") },
      { id = "d", reply = check("d"), steps = mail("unknown", "the run ended while it was being sent") },
      { id = "e", reply = check("e"), steps = mail("applied", nil, 2) },
      { id = "f", reply = check("f"), steps = mail("rejected", name .. "HTTP 303 (outcome: rejected)") },
      { id = "g", reply = check("g"), steps = mail("rejected", name .. "HTTP 409 (outcome: rejected, errorCode: 3000)") },
    }
    local found, code = affected(dir)
    assert.equal(1, code)
    assert.same({ "a 1 e-mail", "c 1 e-mail", "d 1 e-mail", "e 1 e-mail", "f 1 e-mail" }, { table.unpack(found) })
    assert.truthy(found["a e-mail"]:find("4 times", 1, true))
  end)

  it("prints a line for each, and goes on behind a run that cannot be read: 65", function()
    local bad = make { { id = "a", reply = check("a"), steps = gone } }
    local db = assert(require("idngo.journal").open(bad .. "/journal.db", false))
    assert(db:exec("UPDATE replies SET body = '{'"))
    db:close()
    local dir = make({ { id = "a", reply = check("a"), steps = gone } }, "approved")
    local out, errors, code = support.shell(("IDNGO_CONFIG= lua5.4 bin/idngo audit affected %s/none %s %s"):format(folder,
      bad, dir))
    assert.equal(65, code)
    assert.truthy(errors:find("holds no run", 1, true), errors)
    assert.truthy(errors:find("journal.db: replies %x+: does not decode"), errors)
    assert.equal(dir .. "  a  step 1 deactivate applied  approval  the log holds no approval\n", out)
  end)
end)
