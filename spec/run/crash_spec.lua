-- Runs that are killed, at every step and anywhere, and go on: the sandbox's ledger and the journal agree. IDNGO_KILLS: how
-- many anywhere; ./dev torture takes 500, and kills at each step of every line.

local audit = require("idngo.run.audit")
local journals = require("journal")
local keys = require("idngo.run.keys")
local core = require("idngo.core")
local kill = require("kill")
local summary = require("idngo.run.summary")
local store = require("idngo.run.store")
local support = require("runs")

local APPLICANTS = 6
local KILLS = tonumber(os.getenv("IDNGO_KILLS") or 40)

local server, input
local count = 0

local function new_run()
  count = count + 1
  return ("%s/run%d"):format(support.folder(), count)
end

local function command(dir, step, nth)
  return ("lua5.4 spec/support/run_driver.lua %s %s %s %s %s"):format(dir, server.url, input, step or "", nth or "")
end

local function finish(dir)
  local _, errors, code = support.shell(command(dir))
  assert.equal(0, code, errors)
end

--- How often each call was applied for an applicant, and how often it was made.
local function ledger_counts()
  local applied, made = {}, {}
  for _, entry in ipairs(support.ledger(server).entries) do
    local key = ("%s %s %s"):format(entry.applicantId or entry.externalUserId, entry.endpoint,
      entry.target:match("presence/(%a+)") or "")
    made[key] = (made[key] or 0) + 1
    if entry.applied then applied[key] = (applied[key] or 0) + 1 end
  end
  return applied, made
end

local WIRE = {
  save_report = "report ", update_info = "update_info ", deactivate = "set_presence deactivated",
  activate = "set_presence activated", send_status_email = "send_verification_status_email ",
  create_websdk_link = "websdk_link ",
}

--- Checks a finished run that was killed so often against the ledger, some of them without a word: `hard` of them, all unless
--- told otherwise. Gives the e-mails of unknown fate.
local function agree(dir, kills, hard)
  local kept = assert(store.read(dir))
  local applied, made = ledger_counts()
  local unknown, steps, unsent = {}, 0, 0
  for step in kept:each("all_steps") do
    steps = steps + 1
    local key = step.id .. " " .. WIRE[step.action]
    local label = ("%s is %s"):format(key, step.state)
    if step.action == "send_status_email" then
      assert.is_true((made[key] or 0) <= 1, label)
      if step.state == "applied" then assert.equal(1, applied[key], label) end
      if step.state == "unknown" then
        unknown[#unknown + 1] = step
        unsent = unsent + (made[key] and 0 or 1)
      end
    elseif step.state == "applied" then
      assert.is_true(made[key] >= 1 and made[key] <= 1 + kills, label)
    end
    assert.truthy(step.state == "applied" or step.state == "unknown" or step.state == "void", label)
    if step.state == "void" then assert.is_nil(made[key], label) end
    if step.file and step.state == "applied" then
      local path = journals.folder(dir) .. "/files/" .. step.file
      assert.equal(step.sha256, core.sha256(support.read(path)))
    end
  end
  local sums = summary(kept)
  assert.equal("done", sums.state)
  assert.equal(6 * (sums.decisions.act or 0), steps)
  local last = kept:row("audit_last")
  kept:close()
  -- one at a time has its intent written and nothing sent yet: of each kill that nobody heard of
  assert.is_true(unsent <= (hard or kills), ("%d are unknown that were never sent"):format(unsent))
  if journals.is_served then return unknown end -- there what it was read from says what the log says
  assert.equal(last.hash, assert(audit.verify(dir .. "/audit.jsonl", assert(keys.own(false)), function() end)).head)
  return unknown
end

describe("a run that is killed", function()
  setup(function()
    server = support.server { applicants = 60 }
    local _, csv = support.applicants(server, "liveness=GREEN&email=yes&review=completed-GREEN&type=individual&limit="
      .. APPLICANTS)
    input = support.write(support.folder() .. "/input.csv", csv)
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  for _, step in ipairs { "decided", "written", "intent", "sent", "answered", "settled" } do
    it("at the step " .. step .. " goes on, and sends no e-mail twice", function()
      for nth = 1, step == "decided" and 2 or step == "written" and APPLICANTS or 13, KILLS > 40 and 1 or 6 do
        support.forget(server)
        local dir = new_run()
        local _, errors, code = support.shell(command(dir, step, nth))
        assert.equal(137, code, errors)
        finish(dir)
        agree(dir, 1)
      end
    end)
  end

  it("when a transaction is about to be committed, or just was, goes on, from the first to the last #slow", function()
    -- decisions, the plan and its signature, the approval; intents and outcomes; the end and its signature
    local nth, ended = 1, false
    while not ended do
      support.forget(server)
      local dir = new_run()
      local _, errors, code = support.shell(command(dir, nth % 2 == 0 and "commit" or "committed", nth))
      ended = code == 0
      if not ended then
        assert.equal(137, code, errors)
        finish(dir)
      end
      agree(dir, 1)
      nth = nth + (nth < 6 and 1 or nth < 70 and 21 or 1)
    end
    assert.is_true(nth > 76, nth .. " transactions")
  end)

  it("between an e-mail and its record has that e-mail unknown, and listed", function()
    local dir = new_run()
    support.shell(command(dir, "answered", 4 * 3 + 1)) -- every line has come to its fourth step: the e-mail
    finish(dir)
    local unknown = agree(dir, 1)
    assert.is_true(#unknown >= 1)
    local kept = assert(store.read(dir))
    assert.equal(#unknown, #kept:rows("in_state", "unknown", 100))
    kept:close()
  end)

  --- Settles e-mails by a command that is killed, too; all of them are then what was said.
  local function settle(dir, unknown, seconds, most)
    local kills = 0
    for _, step in ipairs(unknown) do
      local said = ("lua5.4 bin/idngo settle %s %s %d --as applied"):format(dir, step.id, step.k)
      local code, times = kill.run(said, seconds, most)
      kills = kills + times
      -- what was settled before a signal came is not to be settled again
      assert.is_true(code == 0 or (code == 65 and times > 0), tostring(code))
    end
    local kept = assert(store.read(dir))
    assert.same({}, kept:rows("in_state", "unknown", -1))
    for _, step in ipairs(unknown) do assert.equal("applied", kept:rows("steps", step.n)[step.k].state) end
    kept:close()
    local _, errors, code = support.shell("lua5.4 bin/idngo audit verify " .. dir)
    assert.equal(0, code, errors)
    return kills
  end

  it("at any moment, by any signal, however often, goes on; and so does who settles it #slow", function()
    local began = core.now()
    finish(new_run())
    local long, kills = core.now() - began, 0
    while kills < KILLS do
      support.forget(server)
      local dir = new_run()
      local code, times, hard = kill.run(command(dir), long, 12)
      assert.equal(0, code)
      kills = kills + times
      local unknown = agree(dir, times, hard)
      if unknown[1] then kills = kills + settle(dir, unknown, long / 4, 2) end
    end
  end)
end)
