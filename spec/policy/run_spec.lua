-- Plan, approve, apply: what is sent when, and what is written down.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local core = require("idngo.core")
local idngo = require("idngo")
local jail = require("idngo.policy.jail")
local plan = require("idngo.policy.plan")
local runs = require("idngo.policy.run")
local runtimes = require("idngo.runtime.current")
local summary = require("idngo.run.summary")
local support = require("runs")
local work = require("idngo.run.work")

local BLOCK = support.read("spec/fixtures/policies/block-duplicates.lua")

local server, options

local function create(text, rows, dir)
  local pool = assert(jail.pool { text = text, chunkname = "policy.lua" })
  local run = assert(runs.create(dir or support.folder(), { rows = support.rows(rows), account = "a",
    policy = { text = text, file = "policy.lua", name = pool.info.name, version = pool.info.version } }))
  return run, pool
end

local function planned(text, rows)
  local run, pool = create(text, rows)
  local context <close> = setmetatable(assert(work.open(run, { client = options, pool = pool })),
    { __close = function(context) context.client:close() end })
  local hash = assert(plan.run(run, context))
  pool:close()
  return run, hash
end

local function applied(run)
  local context = assert(work.open(run, { client = options }))
  local complete, problem = apply.run(run, context)
  context.client:close()
  return complete, problem
end

describe("a run", function()
  setup(function()
    server = support.server { applicants = 60 }
    options = support.client_options(server)
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  it("plans without a request that changes anything, and fetches facts only where they are touched", function()
    local rows = support.applicants(server, "type=individual")
    local run, hash = planned(BLOCK, rows)
    assert.truthy(hash:find("^%x+$"))
    local ledger = support.ledger(server)
    assert.same({}, support.writes(ledger))
    local counts = ledger.totals.byEndpoint
    assert.equal(#rows, counts.duplicate_checks)
    local red = #support.applicants(server, "type=individual&duplicates=RED")
    assert.is_true(red > 0)
    local others = #support.applicants(server, "type=individual&duplicates=nullFields")
    assert.equal(#rows - red - others, counts.liveness_checks)
    local sums = summary(run.store)
    assert.equal(red + others, sums.decisions.act)
    assert.equal("planned", sums.state)
    run:close()
  end)

  it("commits decisions of the same moment together", function()
    local rows = support.applicants(server, "limit=40")
    local run, pool = create(BLOCK, rows)
    local commits, fresh, transaction, write = 0, false, run.store.transaction, run.store.decided
    run.store.transaction = function(...)
      fresh = true
      return transaction(...)
    end
    run.store.decided = function(...) -- those that hold decisions are counted
      commits, fresh = commits + (fresh and 1 or 0), false
      return write(...)
    end
    local context = assert(work.open(run, { client = options, pool = pool }))
    local decided = 0
    context.on_step = function(step) -- has four decisions have a moment in common, however busy the machine is
      if step ~= "decided" then return end
      decided = decided + 1
      local four = math.min(#rows, math.ceil(decided / 4) * 4)
      while decided < four do runtimes.current().sleep(0.001) end
    end
    assert(plan.run(run, context))
    context.client:close()
    pool:close()
    assert.equal(#rows, decided)
    assert.is_true(commits > 0 and commits < #rows / 2, commits .. " commits")
    run:close()
  end)

  it("ends at a second signal, and says no more than that, while applicants wait for evaluators of a slow policy", function()
    local run, pool = create([[
return { name = "p", version = "1", decide = function() ("a"):rep(5000):find((".-"):rep(20) .. "b") end }]],
      (support.applicants(server, "limit=16")))
    local ticks = 0
    local context = assert(work.open(run, { client = options, pool = pool, tick = function()
      ticks = ticks + 1
      if ticks % 5 == 0 then os.execute("kill -TERM " .. support.read("/proc/self/stat"):match("^%d+")) end
    end }))
    assert.same({ nil, 15 }, { plan.run(run, context) })
    context.client:close()
    pool:close()
    run:close()
  end)

  it("tells from the lanes how long applying takes at least, also of lanes that nobody has used yet", function()
    local run = planned(BLOCK, support.applicants(server, "duplicates=RED&limit=3"))
    local slow = idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits_dir = support.folder(), limits = { write = { 2, 7 } } }
    local seconds, lane = work.estimate(run, slow:lanes())
    slow:close()
    run:close()
    assert.same({ 14, "write" }, { seconds, lane }) -- three deactivations and three e-mails: at 0, 7 and 14 s
  end)

  it("decides about nobody whose policy does not end, or whose facts are malformed or failed, and about all others", function()
    local rows = support.applicants(server, "type=individual&duplicates=GREEN&limit=8")
    support.faults(server, {
      { endpoint = "duplicate_checks", applicantId = rows[2].id, status = 200, body = { check = 1 } },
      { endpoint = "duplicate_checks", applicantId = rows[3].id, status = 200, body = '{"checks":[{"answer":"GR' },
      { endpoint = "duplicate_checks", applicantId = rows[4].id, status = 404 },
    })
    rows[1].loop = "yes"
    local run = planned([[
return { name = "p", version = "1", decide = function(applicant, facts)
  while applicant.loop do end
  if facts.duplicates.answer == "RED" then return deactivate("duplicate") end
  return pass()
end }]], rows)
    local decided = {}
    for row in run.store:each("lines") do decided[row.n] = row end
    for n, why in ipairs { "within 50 million instructions", "no fact duplicates: ", "no fact duplicates: ", "HTTP 404" } do
      assert.equal("error", decided[n].decision)
      assert.truthy(decided[n].reason:find(why, 1, true), decided[n].reason)
    end
    for n = 5, #rows do assert.equal("pass", decided[n].decision) end
    run:close()
  end)

  it("plans the same hash again from the same replies", function()
    local rows = support.applicants(server, "limit=20")
    local run, hash = planned(BLOCK, rows)
    run:close()
    local other, again = planned(BLOCK, rows)
    other:close()
    assert.equal(hash, again)
    local changed, different = planned(BLOCK:gsub("no passed", "no good"), rows)
    changed:close()
    assert.not_equal(hash, different)
  end)

  it("does nothing without the plan's own hash", function()
    local run, hash = planned(BLOCK, support.applicants(server, "duplicates=RED&limit=2"))
    local before = support.ledger(server).last
    for _, wrong in ipairs { "", hash:sub(1, 63), core.sha256("x") } do
      local ok, e = approval.approve(run, { hash = wrong, max = { deactivate = "100%" } })
      assert.is_nil(ok)
      assert.equal("approval", e.kind)
    end
    assert.equal("planned", run.store:get("state"))
    assert.equal(before, support.ledger(server).last)
    run:close()
  end)

  it("refuses a plan that was changed in the journal, and one beyond the guard", function()
    local run, hash = planned(BLOCK, support.applicants(server, "duplicates=RED"))
    local ok, e = approval.approve(run, { hash = hash, max = { deactivate = "10%" } })
    assert.is_nil(ok)
    assert.truthy(tostring(e):find("the guard allows 1", 1, true), tostring(e))
    run.store.tables:exec("UPDATE steps SET args = '{\"x\":1}' WHERE n = 1 AND k = 1")
    ok, e = approval.approve(run, { hash = hash, max = { deactivate = "100%" } })
    assert.is_nil(ok)
    assert.truthy(tostring(e):find("was changed after it was made", 1, true), tostring(e))
    run:close()
  end)

  it("keeps reports, videos and links as files, with their hashes, and needs a check to have a video of it", function()
    local rows = support.applicants(server, "type=individual&liveness=GREEN&frames=many&limit=2")
    rows[3] = support.applicants(server, "type=individual&liveness=none&limit=1")[1]
    local run, hash = planned([[
return { name = "p", version = "1", decide = function(applicant)
  return save_report(), save_liveness_video(), create_websdk_link("basic-kyc-level", { externalUserId = applicant.id })
end }]], rows)
    assert.same({ act = 2, error = 1 }, summary(run.store).decisions)
    assert.truthy(run.store:row("line", 3).reason:find("no liveness check to save a video of", 1, true))
    assert(approval.approve(run, { hash = hash, max = { deactivate = "0" } }))
    assert.is_true(applied(run))
    local begins = { save_report = "^%%PDF%-", save_liveness_video = "^....ftyp", create_websdk_link = "^https://" }
    for step in run.store:each("all_steps") do
      assert.equal("applied", step.state, step.problem)
      local bytes = support.read(("%s/files/%s"):format(run.folder, step.file))
      assert.truthy(bytes:find(begins[step.action]), step.file)
      assert.same({ #bytes, core.sha256(bytes) }, { step.size, step.sha256 })
      begins[step.action .. step.n] = true
    end
    assert.is_true(begins.save_liveness_video1 and begins.create_websdk_link2)
    run:close()
  end)

  it("carries an approved plan out once, in order, and is done", function()
    local rows = support.applicants(server, "duplicates=RED&review=completed-GREEN&email=yes")
    local run, hash = planned(BLOCK, rows)
    assert(approval.approve(run, { hash = hash, max = { deactivate = "100%" } }))
    assert.is_true(applied(run))
    assert.equal("done", run.store:get("state"))
    local writes, void = support.writes(support.ledger(server)), 0
    for step in run.store:each("all_steps") do
      if step.state == "void" and step.action == "deactivate" then
        assert.truthy(step.problem:find("^the run has acted on %x+, whom its facts name$"), step.problem)
        void = void + 1
      end
    end
    assert.is_true(void < #rows / 2)
    assert.equal(2 * (#rows - void), #writes)
    local last = {}
    for _, entry in ipairs(writes) do
      assert.is_true(entry.applied)
      if entry.endpoint == "set_presence" then assert.is_nil(last[entry.applicantId]) end
      if entry.endpoint == "send_verification_status_email" then
        assert.equal("set_presence", last[entry.applicantId])
      end
      last[entry.applicantId] = entry.endpoint
    end
    support.forget(server)
    assert.is_true(applied(run))
    assert.equal(0, support.ledger(server).last)
    run:close()
  end)
end)
