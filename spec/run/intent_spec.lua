-- Intent is written when the slot is held: what waited when a run was killed was surely not sent. After a crash facts are
-- read again before what cannot be taken back.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local json = require("idngo.json")
local runs = require("idngo.policy.run")
local summary = require("idngo.run.summary")
local store = require("idngo.run.store")
local support = require("runs")
local work = require("idngo.run.work")

local MAIL = 'return { name = "m", version = "1", decide = function() return send_status_email() end }'
local UPDATE = [[return { name = "u", version = "1", decide = function(_, facts)
  if facts.duplicates.answer == "GREEN" then return update_info({ firstName = "Mary" }), send_status_email() end
  return pass() end }]]

local server, folder
local count = 0

local function plan(policy, limit, timed)
  count = count + 1
  local dir = ("%s/run%d"):format(folder, count)
  local _, csv = support.applicants(server, "review=completed-GREEN&email=yes&duplicates=GREEN&limit=" .. limit)
  local out, errors, code = support.command(timed or server, ("plan %s --input %s --run %s --json"):format(
    support.write(dir .. ".lua", policy), support.write(dir .. ".csv", csv), dir))
  assert.equal(0, code, errors)
  return dir, json.decode(out).plan
end

--- The run's steps by state.
local function states(dir)
  local kept = assert(store.read(dir))
  local found = summary(kept).steps
  kept:close()
  return found
end

local wait_for = support.wait_for

--- Starts `idngo apply` with slots of its own.
local function start(dir, hash)
  return support.start(server, ("apply %s --approve %s"):format(dir, hash), "IDNGO_LIMITS_DIR=" .. support.folder())
end

local function resume(dir)
  local slots = support.folder()
  return support.shell(("%s IDNGO_LIMITS_DIR=%s lua5.4 bin/idngo resume %s </dev/null"):format(support.env(server), slots, dir))
end

local function mails()
  local seen, entries = {}, support.ledger(server, "?limit=1000&endpoint=send_verification_status_email").entries
  local applied = 0
  for _, entry in ipairs(entries) do
    if entry.applied then
      assert.is_nil(seen[entry.applicantId])
      seen[entry.applicantId], applied = true, applied + 1
    end
  end
  return applied, #entries
end

describe("intent", function()
  setup(function()
    server = support.server { applicants = 200 }
    folder = support.folder()
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  it("is not there of e-mails that waited for their slot when the run was killed; a resume sends them", function()
    local dir, hash = plan(MAIL, 60)
    local process = start(dir, hash)
    -- the lane lets 50 through; all else waits some seconds
    wait_for(function() return (states(dir).applied or 0) == 50 end)
    os.execute("kill -9 " .. process.pid)
    process.wait()
    assert.same({ applied = 50, planned = 10 }, states(dir))
    local _, errors, code = resume(dir)
    assert.equal(0, code, errors)
    assert.same({ applied = 60 }, states(dir))
    assert.equal(60, (mails()))
  end)

  it("is taken back while an e-mail that was refused for now waits to be tried again", function()
    local dir, hash = plan(MAIL, 1)
    support.faults(server, { { endpoint = "send_verification_status_email", status = 429,
      headers = { ["Retry-After"] = "90" } } })
    local process = start(dir, hash)
    wait_for(function()
      local kept = assert(store.read(dir))
      local step = kept:rows("steps", 1)[1]
      kept:close()
      return step.state == "planned" and step.problem == "to be tried again"
    end)
    os.execute("kill -9 " .. process.pid)
    process.wait()
    support.forget(server)
    local _, errors, code = resume(dir)
    assert.equal(0, code, errors)
    assert.same({ applied = 1 }, states(dir))
    assert.equal(1, (mails()))
  end)

  it("leaves no e-mail rejected that a signal found waiting after a refusal for now", function()
    local dir, hash = plan(MAIL, 1)
    support.faults(server, { { endpoint = "send_verification_status_email", status = 429,
      headers = { ["Retry-After"] = "90" } } })
    local process = start(dir, hash)
    wait_for(function() return select(2, mails()) == 1 end)
    wait_for(function() return states(dir).planned end)
    os.execute(("kill -TERM %s; sleep 0.3; kill -TERM %s"):format(process.pid, process.pid))
    assert.equal(143, process.wait())
    assert.same({ planned = 1 }, states(dir))
    support.forget(server)
    local _, errors, code = resume(dir)
    assert.equal(0, code, errors)
    assert.equal(1, (mails()))
  end)

  it("that cannot be committed lets nothing leave", function()
    local dir, hash = plan(MAIL, 2)
    local run = assert(runs.open(dir))
    assert(approval.approve(run, { hash = hash, max = { deactivate = "0" } }))
    local context = assert(work.open(run, { client = support.client_options(server), concurrency = 1 }))
    local real, slots = run.store.run, context.client
    run.store.run = function(self, name, ...)
      if name == "intent" then error(self:broken("disk I/O error"), 0) end
      return real(self, name, ...)
    end
    local complete, problem = apply.run(run, context)
    slots:close()
    run:close()
    assert.is_nil(complete)
    assert.equal("io", problem.kind)
    assert.equal(0, select(2, mails()))
    assert.same({ planned = 2 }, states(dir))
  end)

  it("that is refused gives the slot back unused, and is asked for again at every attempt", function()
    local idngo = require("idngo")
    local client <close> = assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = { write = { 1, 600 } }, limits_dir = support.folder() })
    local id = support.applicants(server, "type=individual&limit=1")[1].id
    local asked = 0
    local result, e = client:set_presence(id, "activated", { before_send = function()
      asked = asked + 1
      return nil, { kind = "io", message = "the disk is full", permanent = true }
    end })
    assert.is_nil(result)
    assert.same({ "io", "not_sent", 1 }, { e.kind, e.outcome, asked })
    assert.equal(0, support.ledger(server).last)
    for _, lane in ipairs(client:lanes()) do assert.equal(0, lane.used) end
    support.faults(server, { { endpoint = "set_presence", status = 503, times = 2 } })
    local free <close> = assert(idngo.client(support.client_options(server)))
    free:set_presence(id, "activated", { before_send = function()
      asked = asked + 1
      assert(support.ledger(server).last == asked - 2)
      return true
    end })
    assert.equal(4, asked)
  end)

  -- what a resume makes of update_info, send_status_email: the step at which the process ended, how often it came there before
  -- (concurrency 1), whether the facts changed since, and the states in the end
  for _, case in ipairs {
    { "intent", 1, false, "applied", "applied" }, { "sent", 1, false, "applied", "applied" },
    { "answered", 1, false, "applied", "applied" }, { "settled", 1, false, "applied", "applied" },
    { "intent", 2, false, "applied", "unknown" }, { "answered", 2, false, "applied", "unknown" },
    { "intent", 1, true, "unknown", "void" }, { "sent", 1, true, "unknown", "void" },
    { "answered", 1, true, "unknown", "void" }, { "settled", 1, true, "applied", "void" },
    { "intent", 2, true, "applied", "unknown" },
  } do
    local place, nth, changed, first, second = table.unpack(case)
    it(("the run ended at %s %d and the facts %s: %s, %s"):format(place, nth, changed and "changed" or "did not change", first,
      second), function()
      local dir, hash = plan(UPDATE, 1)
      local run = assert(runs.open(dir))
      assert(approval.approve(run, { hash = hash, max = { deactivate = "0" } }))
      local left = nth
      local context = assert(work.open(run, { client = support.client_options(server), concurrency = 1, on_step = function(name)
        if name ~= place then return end
        left = left - 1
        if left == 0 then error("ended here", 0) end
      end }))
      assert.is_nil((apply.run(run, context)))
      context.client:close()
      run:close()
      if changed then
        support.faults(server, { { endpoint = "duplicate_checks", status = 200, body = { checks = { { answer = "RED" } } } } })
      end
      local _, errors, code = resume(dir)
      assert.equal((first == "applied" and second == "applied") and 0 or 1, code, errors)
      local kept = assert(store.read(dir))
      local steps = kept:rows("steps", 1)
      kept:close()
      assert.same({ first, second }, { steps[1].state, steps[2].state }, steps[1].problem)
      assert.is_true((mails()) <= 1)
      local before = support.ledger(server).last
      assert.equal(code, (select(3, resume(dir)))) -- and so it stays
      assert.equal(before, support.ledger(server).last)
    end)
  end
end)
